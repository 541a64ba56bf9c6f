package dev.quarry.dev.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class KeyTextTest {
    @Test
    void controlCharactersAreWrittenOut() {
        assertThat(KeyText.of("a\u001b[2Jb\nc\t\\".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("a\\x1b[2Jb\\x0ac\\x09\\\\");
    }

    @Test
    void readableNamesStayReadable() {
        assertThat(KeyText.of("B\u00fccher/\ud83d\ude00 2.pdf".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("B\u00fccher/\ud83d\ude00 2.pdf");
    }

    @Test
    void bytesThatAreNoTextAreShownAsBytes() {
        assertThat(KeyText.of(new byte[] {'a', (byte) 0xff, '.', 't'})).isEqualTo("a\\xff.t");
    }

    @Test
    void nothingTurnsTheLineRound() {
        assertThat(KeyText.of("x\u202efdp.exe")).isEqualTo("x\\u202efdp.exe");
    }

    @Property
    void noByteReachesTheTerminalAsAControlCharacter(@ForAll byte[] key) {
        assertThat(KeyText.of(key).codePoints())
                .noneMatch(point -> Character.isISOControl(point) || Character.getType(point) == Character.FORMAT);
    }
}
