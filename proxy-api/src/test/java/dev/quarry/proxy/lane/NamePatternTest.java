package dev.quarry.proxy.lane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamePatternTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "* a",
                "** a.b",
                "*.mp4 a.mp4",
                "*.mp4 amp4",
                "*.mp4 a.mp4x",
                "a?c abc",
                "a?c ac",
                "*.{mp4,mov} a.mov",
                "*.{mp4,mov} a.mp3",
                "*.{mp4,mov} a.mp4,mov",
                "*.{m*,avi} a.mkv",
                "a,b a,b",
                "a} a}",
                "[a-c]x bx",
                "[a-c]x dx",
                "[!a-c]x dx",
                "[!a-c]x bx",
                "[^a]x ^x",
                "[^a]x bx",
                "[[]x [x",
                "[*?]x *x",
                "[*?]x ax",
                "[a&&b]x &x",
                "[\\\\]x \\x",
                "\\*x *x",
                "\\*x ax",
                "\\{a,b a,b",
                "(a|b)+.$ (a|b)+.$",
                "(a|b)+.$ a"
            })
    void aGlobMeansWhatItMeansToTheJdk(String glob, String name) {
        boolean expected =
                FileSystems.getDefault().getPathMatcher("glob:" + glob).matches(Path.of(name));
        assertThat(NamePattern.of(glob).test(name)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a{b", "{a{b}}", "a[b", "[]", "[!]", "[b-a]", "a\\"})
    void whatIsNoGlobIsRefused(String glob) {
        assertThatThrownBy(() -> FileSystems.getDefault().getPathMatcher("glob:" + glob))
                .as("to the JDK")
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> NamePattern.of(glob))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("accepts has '" + glob + "'");
    }
}
