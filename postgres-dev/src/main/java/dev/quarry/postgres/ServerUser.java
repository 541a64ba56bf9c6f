package dev.quarry.postgres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Who the server runs as. PostgreSQL refuses uid 0, so root starts it as a user that has a passwd entry (initdb asks for one) and that
 * nothing of Quarry runs as: not {@code nobody} where another exists, because sandboxes like to use that one.
 */
record ServerUser(int uid, int gid, boolean differs) {
    private static final List<String> CANDIDATES = List.of("postgres", "daemon", "nobody");

    /** @param data the data folder; one that exists keeps its owner */
    static ServerUser of(Path data) throws IOException {
        int self = uid(Path.of("/proc/self"));
        if (self != 0) {
            return new ServerUser(self, gid(Path.of("/proc/self")), false);
        }
        if (Files.exists(data) && uid(data) != 0) {
            return new ServerUser(uid(data), gid(data), true);
        }
        List<String[]> accounts = accounts();
        for (String name : CANDIDATES) {
            for (String[] account : accounts) {
                if (account[0].equals(name)) {
                    return new ServerUser(Integer.parseInt(account[2]), Integer.parseInt(account[3]), true);
                }
            }
        }
        throw new IOException("PostgreSQL cannot run as root, and none of the users " + CANDIDATES
                + " is in /etc/passwd; create one, or name a server of your own in QUARRY_DB_URL");
    }

    private static List<String[]> accounts() throws IOException {
        return Files.readAllLines(Path.of("/etc/passwd"), StandardCharsets.ISO_8859_1).stream()
                .map(line -> line.split(":", -1))
                .filter(fields -> fields.length > 3)
                .toList();
    }

    private static int uid(Path file) throws IOException {
        return (Integer) Files.getAttribute(file, "unix:uid");
    }

    private static int gid(Path file) throws IOException {
        return (Integer) Files.getAttribute(file, "unix:gid");
    }

    /** Gives the file to the server's user; nothing to do when that is us. */
    void own(Path file) throws IOException {
        if (differs) {
            UserPrincipal owner =
                    file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(Integer.toString(uid));
            Files.getFileAttributeView(file, PosixFileAttributeView.class).setOwner(owner);
        }
    }

    /**
     * The command as this user, in a session of its own (Ctrl-C is for us to pass on, in order), ended by SIGINT (PostgreSQL's fast shutdown) when the thread that started it ends. The environment is
     * cleared, or whoever has that uid reads our variables in {@code /proc/PID/environ}.
     */
    ProcessBuilder command(List<String> program) {
        List<String> line = new ArrayList<>(List.of("setsid", "setpriv"));
        if (differs) {
            line.addAll(List.of("--reuid=" + uid, "--regid=" + gid, "--clear-groups"));
        }
        line.addAll(List.of("--no-new-privs", "--pdeathsig=INT", "--"));
        line.addAll(program);
        ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(Map.of("PATH", "/usr/bin:/bin", "LC_ALL", "C.UTF-8"));
        return builder;
    }
}
