package dev.quarry.dev.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a Nomad agent that has ended leaves behind: it lets its tasks run, and the folders of their secrets mounted. */
public final class NomadLeftovers {
    private NomadLeftovers() {}

    /** Ends the tasks of the agent with this data folder, with what it put between, and unmounts what is mounted there. */
    public static void end(Path data) throws IOException, InterruptedException {
        new JobSweep(data).run();
        for (String mount : Files.readAllLines(Path.of("/proc/self/mounts"))) {
            String target = mount.split(" ", -1)[1];
            if (target.startsWith(data + "/")) {
                new ProcessBuilder("umount", target).inheritIO().start().waitFor();
            }
        }
    }
}
