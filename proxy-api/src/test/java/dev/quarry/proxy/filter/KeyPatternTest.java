package dev.quarry.proxy.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.store.Entry;
import dev.quarry.proxy.store.KeyBytes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.eclipse.jgit.ignore.IgnoreNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyPatternTest {
    private static final Filters WITH_JUNK = RunningApi.JSON
            .readValue("{\"includeJunk\":true}", NewFilters.class)
            .checked();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*.tmp | a.tmp a/b.tmp a.tmp/b .tmp | a.tmp2 tmp",
                "/*.tmp | a.tmp | a/b.tmp",
                "logs/ | logs/a x/logs/b/c | logs x/logs",
                "a/b | a/b a/b/c | x/a/b",
                "a/** | a/b a/b/c | a x/a/b",
                "**/b | b a/b a/c/b b/x | ab a/xb",
                "a/**/b | a/b a/x/b a/x/y/b/z | ab axb a/xb",
                "a**b | ab axxb d/axb | a/b",
                "?.txt | a.txt | ab.txt .txt",
                "[a-c]x[!0-9] | axy bxz | dxy ax1",
                "[]x] | ] x | a",
                "x[!a]y | xby | x/y xay",
                "\\#a | #a d/#a | a",
                "\\*.c | *.c | a.c",
                "foo\\? | foo? | foox",
                "** | a a/b .c | ",
                "~$* | ~$a.doc d/~$b | a~$"
            })
    void patternsAreThoseOfGitignore(String pattern, String matching, String others) {
        Stream.of(matching.trim().split(" "))
                .forEach(key -> assertThat(ignores(pattern, key)).as(key).isTrue());
        Stream.of((others == null ? "" : others).trim().split(" "))
                .filter(key -> !key.isEmpty())
                .forEach(key -> assertThat(ignores(pattern, key)).as(key).isFalse());
    }

    @Test
    void theLastLineThatMatchesDecidesButNothingInAnIgnoredFolderComesBack() {
        String lines = "*.log\n!keep.log\nbuild/\n!build/keep.log\n";
        assertThat(ignores(lines, "a.log")).isTrue();
        assertThat(ignores(lines, "d/keep.log")).isFalse();
        assertThat(ignores(lines, "build/keep.log")).isTrue();
        assertThat(ignores("/*\n!/docs\n", "docs/a")).isFalse();
        assertThat(ignores("/*\n!/docs\n", "src/a")).isTrue();
    }

    @Test
    void commentsBlanksSpacesAndLineEndsAreReadAsGitDoes() {
        assertThat(ignores("# *\n\n   \na.txt  \r\nb\\ \n", "c")).isFalse();
        assertThat(ignores("a.txt  \r\n", "a.txt")).isTrue();
        assertThat(ignores("b\\ \n", "b ")).isTrue();
        assertThat(ignores("\ufeffa.txt\n", "a.txt")).isTrue();
    }

    @Test
    void namesThatAreNoTextMatchWhatStandsForAnySymbolAndTheirOwnBytes() {
        byte[] odd = {'a', (byte) 0xff, '.', 't'};
        assertThat(ignores("a?.t".getBytes(StandardCharsets.UTF_8), odd)).isTrue();
        assertThat(ignores(odd, odd)).isTrue();
        assertThat(ignores("a\u00ff.t".getBytes(StandardCharsets.UTF_8), odd)).isFalse();
        assertThat(ignores("?.t", "\ud83d\ude00.t")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a[b", "[", "a\\", "x[[:alpha:]]", "/", "!", "[a-"})
    void whatIsNoPatternSaysWhy(String pattern) {
        assertThatThrownBy(() -> PatternSyntax.line(pattern))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("it ");
    }

    /** The like of it keeps a regular expression busy for years. */
    @Test
    void noPatternTakesLong() {
        String pattern = "*a".repeat(400) + "b";
        String name = "a".repeat(1_000);
        Instant start = Instant.now();
        assertThat(ignores(pattern, name)).isFalse();
        assertThat(ignores("**/a/".repeat(100) + "b", "a/".repeat(500) + "a")).isFalse();
        assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(5));
    }

    /** JGit's own reading of ignore files, for what both read alike. */
    @Property(tries = 3_000)
    void whatIsIgnoredIsWhatJGitIgnores(@ForAll("lines") List<String> lines, @ForAll("keys") String key) {
        String file = String.join("\n", lines);
        assertThat(ignores(file, key)).as("'%s' by %s", key, lines).isEqualTo(jgit(file, key));
    }

    @Provide
    Arbitrary<List<String>> lines() {
        Arbitrary<String> part = Arbitraries.of("a", "b", "ab", "*", "?", "a*", "*b", "[ab]", "[!a]b", "**", "a?*");
        Arbitrary<String> body = part.list().ofMinSize(1).ofMaxSize(4).map(parts -> String.join("/", parts));
        Arbitrary<String> line = Arbitraries.of("", "", "!", "/", "!/")
                .flatMap(start ->
                        body.flatMap(middle -> Arbitraries.of("", "", "/").map(end -> start + middle + end)));
        return line.list().ofMinSize(1).ofMaxSize(4);
    }

    @Provide
    Arbitrary<String> keys() {
        return Arbitraries.of("a", "b", "ab", "abb", "ba", "c")
                .list()
                .ofMinSize(1)
                .ofMaxSize(5)
                .map(names -> String.join("/", names));
    }

    private static boolean jgit(String file, String key) {
        IgnoreNode node = new IgnoreNode();
        try {
            node.parse(new java.io.ByteArrayInputStream(file.getBytes(StandardCharsets.UTF_8)));
        } catch (java.io.IOException impossible) {
            throw new java.io.UncheckedIOException(impossible);
        }
        String[] names = key.split("/");
        String path = "";
        for (int i = 0; i < names.length; i++) {
            path = path.isEmpty() ? names[i] : path + "/" + names[i];
            boolean isFolder = i < names.length - 1;
            if (Boolean.TRUE.equals(node.checkIgnored(path, isFolder))) {
                return true;
            }
        }
        return false;
    }

    private static boolean ignores(String lines, String key) {
        return ignores(lines.getBytes(StandardCharsets.UTF_8), key.getBytes(StandardCharsets.UTF_8));
    }

    private static boolean ignores(byte[] lines, byte[] key) {
        List<KeyBytes> names = KeyBytes.of(key).names();
        KeyBytes folder = KeyBytes.EMPTY;
        for (KeyBytes name : names.subList(0, names.size() - 1)) {
            folder = folder.folder(name);
        }
        FilterRules rules =
                new FilterRules(WITH_JUNK, true, IgnoreLines.of("i", lines), Instant.parse("2026-01-01T00:00:00Z"));
        return rules.in(folder)
                .ofFile(new Entry(names.get(names.size() - 1), 1, Instant.EPOCH, "v", false, null))
                .filter(rule -> rule.startsWith("ignore:i:"))
                .isPresent();
    }
}
