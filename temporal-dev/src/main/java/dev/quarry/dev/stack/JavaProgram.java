package dev.quarry.dev.stack;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The command line of a module's main class, for a machine with few cores and several JVMs. */
final class JavaProgram {
    private JavaProgram() {}

    static List<String> command(Installation installation, String module, String main, String... flags)
            throws IOException {
        List<String> line = new ArrayList<>();
        line.add(Installation.java().toString());
        line.add("-XX:+UseSerialGC");
        line.add("-XX:+ExitOnOutOfMemoryError");
        line.addAll(List.of(flags));
        line.add("-cp");
        line.add(installation.classPath(module));
        line.add(main);
        return line;
    }
}
