package dev.quarry.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class EmbeddedPostgresCrashTest {
    @TempDir
    Path home;

    ServerProcesses processes;

    @BeforeEach
    void look() throws IOException {
        processes = new ServerProcesses(home.toRealPath().resolve("data"));
    }

    private static Process program(List<String> prefix, Path home) throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                PostgresProgram.class.getName(),
                home.toString(),
                Integer.toString(FreePort.find())));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static void awaitReady(Process program) throws IOException {
        BufferedReader output =
                new BufferedReader(new InputStreamReader(program.getInputStream(), StandardCharsets.UTF_8));
        assertThat(output.readLine()).isEqualTo("READY");
    }

    private static int boots(EmbeddedPostgres postgres) throws Exception {
        try (Connection owner = postgres.connect(EmbeddedPostgres.DATABASE, DatabaseRole.OWNER);
                Statement statement = owner.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM public.boot")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private void awaitNoServer() throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!processes.live().isEmpty() && System.nanoTime() < end) {
            Thread.sleep(20);
        }
        assertThat(processes.live()).isEmpty();
    }

    @Test
    void theServerDiesWithItsKilledJvmAndKeepsWhatWasCommitted() throws Exception {
        Process program = program(List.of(), home);
        awaitReady(program);
        assertThat(processes.live()).isNotEmpty();

        program.destroyForcibly().waitFor();
        awaitNoServer();

        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(home)) {
            assertThat(boots(postgres)).isEqualTo(1);
        }
    }

    @Test
    void killedTogetherWithItsJvmItStillKeepsWhatWasCommitted() throws Exception {
        Process program = program(List.of(), home);
        awaitReady(program);

        List<ProcessHandle> server = processes.live();
        server.forEach(ProcessHandle::destroyForcibly);
        program.destroyForcibly().waitFor();
        awaitNoServer();
        assertThat(home.resolve("data/postmaster.pid")).exists();

        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(home)) {
            assertThat(boots(postgres)).isEqualTo(1);
        }
    }

    @Test
    void killedAndRestartedItAnswersOnTheSamePort() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(home)) {
            int port = postgres.port();
            postgres.kill();
            assertThat(processes.live()).isEmpty();
            postgres.restart();
            assertThat(postgres.port()).isEqualTo(port);
            postgres.connect(EmbeddedPostgres.DATABASE, DatabaseRole.APPLICATION)
                    .close();
        }
    }

    @Test
    void aServerThatOutlivedItsOwnerIsStoppedNotAdopted() throws Exception {
        String[] command;
        try (EmbeddedPostgres first = EmbeddedPostgres.start(home)) {
            long pid = Long.parseLong(
                    Files.readAllLines(home.resolve("data/postmaster.pid")).get(0));
            command = Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"))
                    .split("\0");
            assertThat(first.port()).isPositive();
        }
        Path data = home.toRealPath().resolve("data");
        ProcessBuilder orphan = ServerUser.of(data).command(List.of(command)).directory(data.toFile());
        orphan.command().remove("--pdeathsig=INT");
        Process outlived = orphan.start();
        Path pidFile = data.resolve("postmaster.pid");
        while (!(Files.exists(pidFile) && Files.readString(pidFile).contains("ready"))) {
            assertThat(outlived.isAlive()).isTrue();
            Thread.sleep(20);
        }

        try (EmbeddedPostgres second = EmbeddedPostgres.start(home)) {
            assertThat(outlived.waitFor(1, TimeUnit.SECONDS)).isTrue();
            assertThat(processes.live()).isNotEmpty();
        }
    }

    @Test
    void aPidFileThatNamesAZombieOrAStrangerDoesNotKeepItFromStarting() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(home)) {
            assertThat(postgres.port()).isPositive();
        }
        Process stranger = new ProcessBuilder("sh", "-c", "sleep 0.3 & echo $!; exec sleep 600").start();
        try {
            String zombie = new BufferedReader(
                            new InputStreamReader(stranger.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
            awaitState(zombie, "Z");
            for (String pid : List.of(zombie, Long.toString(stranger.pid()))) {
                Files.writeString(home.resolve("data/postmaster.pid"), pid + "\n/somewhere\n0\n1\n\n\n");
                EmbeddedPostgres.start(home).close();
            }
            assertThat(stranger.isAlive()).isTrue();
        } finally {
            stranger.destroyForcibly().waitFor();
        }
    }

    @Test
    void whoOnlyWorksInItsFolderIsNeitherWaitedForNorKilled() throws Exception {
        EmbeddedPostgres.start(home).close();
        Process shell = new ProcessBuilder("sleep", "600")
                .directory(home.resolve("data").toFile())
                .start();
        try {
            assertThat(processes.live()).isEmpty();
            try (EmbeddedPostgres postgres = EmbeddedPostgres.start(home)) {
                postgres.kill();
                postgres.restart();
            }
            assertThat(shell.isAlive()).isTrue();
        } finally {
            shell.destroyForcibly().waitFor();
        }
    }

    private static void awaitState(String pid, String state) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!Files.readString(Path.of("/proc", pid, "stat")).contains(") " + state)) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.sleep(10);
        }
    }

    @Test
    void aHalfMadeClusterIsMadeAnew() throws Exception {
        Files.createDirectories(home.resolve("data/global"));
        Files.writeString(home.resolve("data/global/pg_control"), "torn");
        EmbeddedPostgres.start(home).close();
    }

    @Test
    void itRunsForAUserWhoIsNotRoot() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "only root can become somebody else");
        List<String> become = List.of(
                "setpriv",
                "--reuid=65534",
                "--regid=65534",
                "--clear-groups",
                "--",
                "env",
                "XDG_CACHE_HOME=" + home.resolve("cache"));
        assumeTrue(canRead(become), "the build's folder is closed to other users");
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxrwxrwx"));

        Process program = program(become, home.resolve("state"));
        try {
            awaitReady(program);
        } finally {
            program.destroyForcibly().waitFor();
        }
        processes = new ServerProcesses(home.toRealPath().resolve("state/data"));
        awaitNoServer();
    }

    private static boolean canRead(List<String> become) throws Exception {
        for (String entry : System.getProperty("java.class.path").split(":", -1)) {
            List<String> command = new ArrayList<>(become);
            command.addAll(List.of("test", "-r", entry));
            // Surefire's class path ends with a colon
            if (!entry.isEmpty() && new ProcessBuilder(command).start().waitFor() != 0) {
                return false;
            }
        }
        return true;
    }
}
