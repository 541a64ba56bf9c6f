package dev.quarry.proxy.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DisplayNameTest {
    @Test
    void textStaysAsItIs() {
        assertThat(DisplayName.of(KeyBytes.utf8("gr\u00fcn/\u65e5\ud83d\ude00.txt")))
                .isEqualTo("gr\u00fcn/\u65e5\ud83d\ude00.txt");
    }

    @Test
    void whatIsNotUtf8IsEscapedAndStaysDistinct() {
        assertThat(DisplayName.of(KeyBytes.of(new byte[] {'a', (byte) 0xff, 'b'})))
                .isEqualTo("a\uFFFDFFb");
        assertThat(DisplayName.of(KeyBytes.of(new byte[] {'a', (byte) 0xfe, 'b'})))
                .isEqualTo("a\uFFFDFEb");
        // A lone surrogate in UTF-8 is not UTF-8.
        assertThat(DisplayName.of(KeyBytes.of(new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80})))
                .doesNotContainPattern("[\ud800-\udfff]");
        assertThat(DisplayName.of(KeyBytes.of(new byte[] {(byte) 0xe2, (byte) 0x82})))
                .startsWith("\uFFFD");
    }

    @Test
    void controlAndBidirectionalCharactersAreEscaped() {
        assertThat(DisplayName.of(KeyBytes.utf8("a\u001b[2Jb\nc"))).isEqualTo("a\uFFFD1B[2Jb\uFFFD0Ac");
        assertThat(DisplayName.of(KeyBytes.utf8("exe.\u202Egpj"))).isEqualTo("exe.\uFFFD202Egpj");
    }
}
