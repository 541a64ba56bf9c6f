package dev.quarry.dev.bench;

import dev.quarry.dev.client.PublicApi;
import dev.quarry.dev.client.RunTotals;
import dev.quarry.dev.stack.Backend;
import dev.quarry.dev.stack.DevStack;
import dev.quarry.dev.stack.Installation;
import dev.quarry.postgres.DatabaseRole;
import dev.quarry.postgres.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A stack whose units hold one file each and whose agent is a shell script that says when it ended. */
final class JobStack implements AutoCloseable {
    private static final int ATTEMPTS_CAP = 100_000;

    private final BenchFolder folder;
    private final Path ends;
    private final BenchStack bench;

    private JobStack(BenchFolder folder, Path ends, BenchStack bench) {
        this.folder = folder;
        this.ends = ends;
        this.bench = bench;
    }

    /** Schedulers that this machine has. */
    static List<Backend> available() {
        List<Backend> there = new ArrayList<>(List.of(Backend.process, Backend.ecs));
        String path = System.getenv().getOrDefault("PATH", "");
        if (Arrays.stream(path.split(File.pathSeparator, -1))
                .anyMatch(place -> Files.isExecutable(Path.of(place, "nomad")))) {
            there.add(Backend.nomad);
        }
        return there;
    }

    /** @param held whether jobs wait, instead of working, until the stack is closed */
    static JobStack start(Backend backend, int window, boolean held) throws Exception {
        BenchFolder folder = BenchFolder.create();
        Path ends = Files.createDirectory(folder.path().resolve("ends"));
        Path agent = agent(folder.path(), ends, held);
        Map<String, String> worker = new HashMap<>();
        worker.put("QUARRY_PROCESS_AGENT", agent.toString());
        worker.put("QUARRY_PROCESS_SLOTS", held ? "1" : "8");
        worker.put("QUARRY_NOMAD_IMAGE", agent.toString());
        worker.put("QUARRY_ECS_AGENT", agent.toString());
        worker.put("QUARRY_JOBS", Integer.toString(Math.max(window, 2_000) + 100));
        BenchStack bench = BenchStack.start(
                settings -> settings.withBackend(backend).withApi(api(window)).withWorker(worker), folder.path());
        allowAttempts(bench.parts());
        return new JobStack(folder, ends, bench);
    }

    private static Path agent(Path folder, Path ends, boolean held) throws IOException {
        Path agent = folder.resolve("agent");
        Files.write(
                agent,
                List.of(
                        "#!/bin/bash",
                        "export QUARRY_BENCH_ENDS='" + ends + "'",
                        held ? "export QUARRY_BENCH_GATE='" + folder.resolve("never") + "'" : "",
                        "exec bash '"
                                + Installation.current().root().resolve("temporal-dev/src/main/bench/agent-double.sh")
                                + "'"));
        return Files.setPosixFilePermissions(agent, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Map<String, String> api(int window) {
        Map<String, String> api = new HashMap<>(BenchStack.lane("double", "double"));
        api.put("QUARRY_LANES_0_CPUMHZ", "10");
        api.put("QUARRY_LANES_0_MEMORYMB", "16");
        api.put("QUARRY_LANES_0_DISKMB", "1");
        api.put("QUARRY_LANES_0_DISKFACTOR", "0");
        api.put("QUARRY_RUN_UNITFILES", "1");
        api.put("QUARRY_RUN_WINDOW", Integer.toString(window));
        return api;
    }

    private static void allowAttempts(DevStack parts) throws Exception {
        try (Connection connection = database(parts);
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("update quarry.tenant set attempts_cap = " + ATTEMPTS_CAP);
        }
    }

    private static Connection database(DevStack parts) throws Exception {
        return parts.postgres()
                .orElseThrow(() -> new IOException("this bench needs the embedded PostgreSQL: unset QUARRY_DB_URL"))
                .connect(EmbeddedPostgres.DATABASE, DatabaseRole.SUPERUSER);
    }

    /** How attempts ended that did not succeed, each with its number. */
    List<String> failures() throws Exception {
        List<String> failures = new ArrayList<>();
        try (Connection connection = database(parts());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("""
                        select concat_ws(' ', count(*), end_state, end_exit, end_reason) from quarry.job_attempt
                        where end_state <> 'SUCCEEDED' group by end_state, end_exit, end_reason order by count(*) desc""")) {
            while (rows.next()) {
                failures.add(rows.getString(1));
            }
        }
        return failures;
    }

    BenchStack bench() {
        return bench;
    }

    DevStack parts() {
        return bench.parts();
    }

    /** Where each job leaves the time of its end, under its id. */
    Path ends() {
        return ends;
    }

    Path files(int count) throws IOException {
        Path files = Files.createDirectory(folder.path().resolve("files"));
        SmallFiles.write(files, count);
        return files;
    }

    /** Starts a run and returns when so many attempts are open. */
    void awaitWaiting(String store, Path files, int count) throws IOException, InterruptedException {
        PublicApi api = parts().client();
        api.createStore(store, files, true);
        api.startRun(store);
        long open = 0;
        while (open < count) {
            Thread.sleep(500);
            List<RunTotals> runs = api.runs(store);
            open = runs.isEmpty() ? 0 : runs.get(0).count("attempts");
        }
    }

    @Override
    public void close() throws Exception {
        bench.close();
        folder.close();
    }
}
