package dev.quarry.container.extractor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExtractorLaunchTest {
    private static String limits(String soft, String hard) {
        return """
                Limit                     Soft Limit           Hard Limit           Units
                Max processes             96000                96001                processes
                Max open files            %-20s %-20s files
                Max locked memory         8388608              8388608              bytes
                """.formatted(soft, hard);
    }

    @Test
    void aContainersOwnLimitOfOpenFilesIsNotRaised() {
        assertThat(ExtractorLaunch.openFiles(limits("1024", "1024"))).isEqualTo(1024);
        assertThat(ExtractorLaunch.openFiles(limits("1024", "20000"))).isEqualTo(4096);
    }

    @Test
    void withoutALimitToReadItIsOurs() {
        assertThat(ExtractorLaunch.openFiles(limits("unlimited", "unlimited"))).isEqualTo(4096);
        assertThat(ExtractorLaunch.openFiles("")).isEqualTo(4096);
    }
}
