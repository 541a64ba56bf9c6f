package dev.quarry.container.extractor;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Kills extractors together with what they started. A small shell of its own session knows every group that is alive, and kills them all
 * when its input ends: that is what sweeps up after an agent that was killed itself.
 */
final class ProcessGroups {
    private static final String GUARD = "trap '' TERM INT HUP\n"
            + "groups=' '\n"
            + "while read -r what group; do\n"
            + "  case $what in\n"
            + "    add) groups=\"$groups$group \" ;;\n"
            + "    kill)\n"
            + "      kill -s KILL -- \"-$group\" 2>/dev/null\n"
            // Without the question a group that is not there would double the list.
            + "      case $groups in *\" $group \"*) groups=\"${groups%% $group *} ${groups#* $group }\" ;; esac ;;\n"
            + "  esac\n"
            + "done\n"
            + "for group in $groups; do kill -s KILL -- \"-$group\" 2>/dev/null; done\n";

    private final Writer guard;

    ProcessGroups() throws IOException {
        ProcessBuilder builder = new ProcessBuilder("setsid", "sh", "-c", GUARD)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        builder.environment().put("PATH", Spawner.PATH);
        guard = builder.start().outputWriter(StandardCharsets.US_ASCII);
    }

    void add(long leader) {
        tell("add " + leader);
    }

    /** Kills the process and its group, if it became the leader of one. */
    void kill(Process process) {
        tell("kill " + process.pid());
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /** How many processes are in the group that this one leads; 0 where /proc does not tell. */
    static int size(long leader) {
        return count(leader, true);
    }

    /** Whether one of the group could still do something, which one that ended and was not waited for cannot. */
    static boolean isAlive(long leader) {
        return count(leader, false) > 0;
    }

    private static int count(long leader, boolean ended) {
        int size = 0;
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (group(process, ended) == leader) {
                    size++;
                }
            }
        } catch (IOException e) {
            return 0;
        }
        return size;
    }

    /** The field pgrp: the third after the program's name, which may hold anything but ends with the last bracket. */
    private static long group(Path process, boolean ended) {
        try {
            String stat = Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", 4);
            return ended || !fields[0].equals("Z") ? Long.parseLong(fields[2]) : -1;
        } catch (IOException | RuntimeException gone) {
            return -1;
        }
    }

    private synchronized void tell(String what) {
        try {
            guard.write(what + "\n");
            guard.flush();
        } catch (IOException e) {
            // The guard was killed. The leaders still die by their parent-death signal; only their children are on
            // their own.
        }
    }
}
