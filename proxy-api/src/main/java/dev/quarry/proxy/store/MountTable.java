package dev.quarry.proxy.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** The mounts of this machine, as the kernel tells them. None of the mounted file systems is asked: one that hangs would not answer. */
record MountTable(List<Mount> mounts) {
    private static final Path OF_THIS_PROCESS = Path.of("/proc/self/mountinfo");

    /** File systems that the kernel makes up: reading them can hang, do things, or give away more than files. */
    private static final Set<String> KERNEL = Set.of(
            "proc",
            "sysfs",
            "devtmpfs",
            "devpts",
            "cgroup",
            "cgroup2",
            "debugfs",
            "tracefs",
            "securityfs",
            "configfs",
            "bpf",
            "pstore",
            "mqueue",
            "hugetlbfs",
            "binfmt_misc",
            "fusectl",
            "efivarfs",
            "selinuxfs",
            "nsfs",
            "rpc_pipefs");

    /**
     * One line of the table.
     *
     * @param device as {@link FilesystemFolder#device} has it
     * @param point absolute path
     */
    record Mount(String device, KeyBytes point, String kind) {}

    /** @throws NotReadableException if the kernel does not tell */
    static MountTable read() throws NotReadableException {
        return read(OF_THIS_PROCESS);
    }

    static MountTable read(Path table) throws NotReadableException {
        try {
            // Bytes as they are, whatever the locale.
            String text = new String(Files.readAllBytes(table), StandardCharsets.ISO_8859_1);
            return new MountTable(text.lines().map(MountTable::mount).toList());
        } catch (IOException | RuntimeException unknown) {
            throw new NotReadableException("this machine's mounts cannot be read from '" + table + "'", unknown);
        }
    }

    /** {@code 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw} (proc_pid_mountinfo(5)). */
    private static Mount mount(String line) {
        String[] fields = line.split(" ", 6);
        String kind = line.substring(line.indexOf(" - ") + 3).split(" ", 2)[0];
        return new Mount(device(fields[2]), KeyBytes.of(unescape(fields[4])), kind);
    }

    /** The kernel's major and minor number as stat has them in one (makedev(3)). */
    private static String device(String numbers) {
        int colon = numbers.indexOf(':');
        long major = Long.parseLong(numbers.substring(0, colon));
        long minor = Long.parseLong(numbers.substring(colon + 1));
        long device = (minor & 0xff) | (major & 0xfff) << 8 | (minor & ~0xffL) << 12 | (major & ~0xfffL) << 32;
        return "(dev=" + Long.toHexString(device) + ",";
    }

    /** Spaces and the like are octal: {@code \040}. */
    private static byte[] unescape(String point) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < point.length(); i++) {
            if (point.charAt(i) == '\\') {
                plain.append((char) Integer.parseInt(point, i + 1, i + 4, 8));
                i += 3;
            } else {
                plain.append(point.charAt(i));
            }
        }
        return plain.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Whether the device's file system is one of the kernel's own. One that is mounted nowhere, as parts of btrfs are, is not. */
    boolean isKernels(String device) {
        return mounts.stream().anyMatch(mount -> mount.device().equals(device) && KERNEL.contains(mount.kind()));
    }

    boolean isPoint(KeyBytes path) {
        return mounts.stream().anyMatch(mount -> mount.point().equals(path));
    }
}
