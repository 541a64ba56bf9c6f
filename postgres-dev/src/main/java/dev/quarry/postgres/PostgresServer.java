package dev.quarry.postgres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One postmaster on one data folder. */
final class PostgresServer {
    /** Tells whether the server answers yet. */
    interface Probe {
        void connect() throws SQLException;
    }

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String WRONG_PASSWORD = "28P01";
    /**
     * The data folder as the server knows it: its working directory. So the folder's parents need not be open to the server's user, as
     * they are not under root's home or in a test's private temporary folder.
     */
    private static final String DATA = "/proc/self/cwd";

    private final Path data;
    private final Path log;
    private final int port;
    private final ServerUser user;
    private final Path programs;
    private final ServerProcesses processes;
    private @Nullable Process postmaster;

    PostgresServer(Path home, int port) throws IOException {
        this.data = home.resolve("data");
        this.log = home.resolve("postgres.log");
        this.port = port;
        this.user = ServerUser.of(data);
        this.programs = PostgresBinaries.unpacked(user);
        this.processes = new ServerProcesses(data);
    }

    int port() {
        return port;
    }

    long pid() {
        if (postmaster == null) {
            throw new IllegalStateException("the server is not started");
        }
        return postmaster.pid();
    }

    /** Makes the cluster unless there is one. A half-made one (killed during initdb) is made anew. */
    void initialize(Path superuserPassword) throws IOException, InterruptedException {
        if (Files.exists(data.resolve("global/pg_control")) && Files.exists(initialized())) {
            return;
        }
        FileTree.delete(data);
        Files.createDirectory(data, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        user.own(data);
        String output = initdb(superuserPassword);
        if (!Files.exists(data.resolve("global/pg_control"))) {
            throw new IOException("initdb failed: " + output);
        }
        // nothing else: no socket, no ::1, no replication
        Files.writeString(data.resolve("pg_hba.conf"), "host all all 127.0.0.1/32 scram-sha-256\n");
        Files.createFile(initialized());
    }

    private Path initialized() {
        return data.resolveSibling("initialized");
    }

    /** The password comes through a pipe that the server's user made: one of ours it may not open as /dev/stdin. */
    private String initdb(Path superuserPassword) throws IOException, InterruptedException {
        Process initdb = user.command(List.of(
                        "sh",
                        "-c",
                        "cat | \"$0\" \"$@\"",
                        programs.resolve("initdb").toString(),
                        "--pgdata=" + DATA,
                        "--username=" + DatabaseRole.SUPERUSER.login(),
                        "--auth=scram-sha-256",
                        "--pwfile=/dev/stdin",
                        "--encoding=UTF8",
                        "--locale=C.UTF-8",
                        "--data-checksums"))
                .directory(data.toFile())
                .start();
        initdb.getOutputStream().write(PasswordFile.read(superuserPassword).getBytes(StandardCharsets.US_ASCII));
        initdb.getOutputStream().close();
        String output = new String(initdb.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (initdb.waitFor() != 0) {
            throw new IOException("initdb failed: " + output);
        }
        return output;
    }

    /** Returns when the server answers. */
    void start(Probe probe) throws IOException, InterruptedException, SQLException {
        processes.stopOrphans();
        Process started = fork();
        postmaster = started;
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            if (!started.isAlive()) {
                throw new IOException("PostgreSQL ended with code " + started.exitValue() + " while starting on port "
                        + port + "; its log: " + tail());
            }
            try {
                probe.connect();
                return;
            } catch (SQLException notYet) {
                if (WRONG_PASSWORD.equals(notYet.getSQLState()) || System.nanoTime() > end) {
                    stop();
                    throw notYet;
                }
            }
            Thread.sleep(20);
        }
    }

    /** The death signal follows the thread that forks, not the JVM: this thread stays until the server ends. */
    private Process fork() throws IOException, InterruptedException {
        ProcessBuilder builder = user.command(List.of(
                        programs.resolve("postgres").toString(),
                        "-D",
                        DATA,
                        "-p",
                        Integer.toString(port),
                        "-c",
                        "listen_addresses=127.0.0.1",
                        "-c",
                        "unix_socket_directories=",
                        "-c",
                        "timezone=UTC",
                        "-c",
                        "max_connections=100",
                        "-c",
                        "shared_buffers=256MB",
                        "-c",
                        "max_wal_size=2GB",
                        "-c",
                        "jit=off"))
                .directory(data.toFile())
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        CompletableFuture<Process> started = new CompletableFuture<>();
        Thread parent = new Thread(
                () -> {
                    try {
                        Process process = builder.start();
                        started.complete(process);
                        process.waitFor();
                    } catch (IOException | InterruptedException e) {
                        started.completeExceptionally(e);
                    }
                },
                "postgres-" + port);
        parent.setDaemon(true);
        parent.start();
        try {
            return started.get();
        } catch (ExecutionException e) {
            throw new IOException("cannot start PostgreSQL", e.getCause());
        }
    }

    private String tail() throws IOException {
        List<String> lines = Files.readAllLines(log, StandardCharsets.ISO_8859_1);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    }

    /** SIGINT is the fast shutdown; SIGTERM would wait for clients. */
    void stop() throws IOException, InterruptedException {
        Process running = postmaster;
        if (running != null && running.isAlive()) {
            ServerProcesses.signal("INT", running.pid());
            if (!running.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                processes.kill();
            }
        }
    }

    void kill() throws IOException, InterruptedException {
        processes.kill();
    }

    /** The postmaster first: after that there are no new processes. */
    void freeze() throws IOException, InterruptedException {
        ServerProcesses.signal("STOP", pid());
        processes.signalAll("STOP");
    }

    void thaw() throws IOException, InterruptedException {
        processes.signalAll("CONT");
    }
}
