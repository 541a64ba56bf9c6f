package dev.quarry.proxy.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MountTableTest {
    @TempDir
    Path folder = Path.of("set by JUnit");

    @Test
    void devicesAndOddMountPointsAreReadFromTheKernelsTable() throws IOException {
        MountTable table = read("""
                22 27 0:21 / /proc rw,relatime - proc proc rw
                27 1 259:70000 / / rw,discard shared:1 - ext4 /dev/vda rw
                40 27 0:300 /export /mnt/with\\040space rw,relatime shared:2 master:3 - nfs4 server:/export rw,vers=4.2
                """);
        assertThat(table.isKernels("(dev=15,")).isTrue();
        assertThat(table.isKernels("(dev=11110370,")).isFalse();
        assertThat(table.isKernels("(dev=10002c,")).isFalse();
        assertThat(table.mounts()).extracting(MountTable.Mount::device).contains("(dev=11110370,", "(dev=10002c,");
        assertThat(table.isPoint(KeyBytes.utf8("/mnt/with space"))).isTrue();
        assertThat(table.isPoint(KeyBytes.utf8("/mnt"))).isFalse();
    }

    @Test
    void devicesAreWrittenAsTheJdkHasThem() throws IOException {
        String device = FilesystemFolder.device(Files.readAttributes(Path.of("/proc"), PosixFileAttributes.class));
        assertThat(MountTable.read().isKernels(device)).as(device).isTrue();
    }

    @Test
    void aTableThatCannotBeReadIsSaid() {
        assertThatThrownBy(() -> MountTable.read(folder.resolve("nowhere")))
                .isInstanceOf(NotReadableException.class)
                .hasMessageContaining("nowhere");
        assertThatThrownBy(() -> read("no mount\n")).isInstanceOf(NotReadableException.class);
    }

    private MountTable read(String lines) throws IOException {
        return MountTable.read(Files.writeString(folder.resolve("mountinfo"), lines));
    }
}
