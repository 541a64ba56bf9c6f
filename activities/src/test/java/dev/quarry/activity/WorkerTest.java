package dev.quarry.activity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quarry.activity.control.Answers;
import dev.quarry.activity.control.ControlServer;
import dev.quarry.activity.control.ControlServer.Answer;
import dev.quarry.activity.job.Waiting;
import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.api.operatorservice.v1.AddSearchAttributesRequest;
import io.temporal.api.operatorservice.v1.OperatorServiceGrpc;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.testserver.TestServer;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The worker as it is run: a process of its own, against a Temporal server, an HTTP API and real jobs. */
@Timeout(90)
class WorkerTest {
    @TempDir
    Path directory;

    private final List<Process> workers = new ArrayList<>();
    private ControlServer control;
    private TestServer.PortBoundTestServer temporal;
    private WorkflowServiceStubs stubs;
    private WorkflowClient client;
    private Path gate;
    private Path seen;
    private int temporalPort;
    private volatile boolean opened;

    @BeforeEach
    void start() throws Exception {
        gate = directory.resolve("gate");
        seen = directory.resolve("seen");
        control = new ControlServer(this::answer);
        try (ServerSocket free = new ServerSocket(0)) {
            temporalPort = free.getLocalPort();
        }
        temporal = TestServer.createPortBoundServer(temporalPort);
        stubs = WorkflowServiceStubs.newServiceStubs(WorkflowServiceStubsOptions.newBuilder()
                .setTarget("127.0.0.1:" + temporalPort)
                .build());
        client = WorkflowClient.newInstance(stubs);
        registerSearchAttributes();
        Path agent = directory.resolve("agent");
        Files.writeString(
                agent,
                "#!/bin/sh\necho \"$QUARRY_JOB_ID $(cat \"$QUARRY_TICKET_FILE\")\" >> " + seen + "\nwhile [ ! -e "
                        + gate + " ]; do sleep 0.05; done\n");
        Files.setPosixFilePermissions(agent, PosixFilePermissions.fromString("rwx------"));
        Files.writeString(directory.resolve("secret"), ControlServer.SECRET + "\n");
    }

    /** Every server needs them, the in-memory one too: a workflow that upserts an unknown one is stuck. */
    private void registerSearchAttributes() {
        AddSearchAttributesRequest.Builder request =
                AddSearchAttributesRequest.newBuilder().setNamespace("default");
        for (String keyword : List.of("TenantId", "StoreId", "RunPhase")) {
            request.putSearchAttributes(keyword, IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD);
        }
        for (String number : List.of("Generation", "FilesListed", "FilesDone", "FilesFailed")) {
            request.putSearchAttributes(number, IndexedValueType.INDEXED_VALUE_TYPE_INT);
        }
        OperatorServiceGrpc.newBlockingStub(stubs.getRawChannel()).addSearchAttributes(request.build());
    }

    @AfterEach
    void stop() throws Exception {
        Files.writeString(gate, "");
        workers.forEach(Process::destroyForcibly);
        stubs.shutdownNow();
        temporal.close();
        control.close();
        assertThat(control.violations).isEmpty();
    }

    @Test
    void aRunStartedByAnOperatorGoesThroughAndTheWorkerEndsOnSigterm() throws Exception {
        Process worker = startWorker();
        startRun();
        Waiting.until(() -> Files.exists(seen), "the job");
        Files.writeString(gate, "");
        Waiting.until(() -> called("/close"), "the end of the run");
        assertThat(Files.readString(seen)).isEqualTo(Answers.JOB + " " + Answers.TICKET + "\n");
        assertThat(control.bodies).anyMatch(body -> body.contains("\"end\":{\"state\":\"SUCCEEDED\",\"exitCode\":0"));
        worker.destroy();
        assertThat(worker.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(log())
                .contains("worker ready")
                .doesNotContain(Answers.TICKET)
                .doesNotContain(ControlServer.SECRET);
    }

    @Test
    void aRunOpensAndASettledJobIsSaidThoughAllJobSlotsAreTaken() throws Exception {
        startWorker(Map.of("QUARRY_JOBS", "1"));
        startRun();
        Waiting.until(() -> called("/handle"), "the job that takes the only slot");
        long before = runsOpened();
        start("index/demo/other", "quarry-default");
        Waiting.until(() -> runsOpened() > before, "the opening of another run");
        Files.writeString(gate, "");
        Waiting.until(() -> called("/settle"), "the job's settlement");
    }

    private long runsOpened() {
        return control.requests.stream()
                .filter(request -> request.endsWith("/runs"))
                .count();
    }

    @Test
    void aKilledWorkersJobGoesOnAndTheNextWorkerAttaches() throws Exception {
        Process first = startWorker();
        startRun();
        Waiting.until(() -> called("/handle"), "the job's handle");
        first.destroyForcibly().waitFor();
        opened = true;
        startWorker();
        Files.writeString(gate, "");
        // No further than the activity: the in-memory server never takes a workflow task back from a killed worker.
        Waiting.until(() -> unitHistory().contains("EVENT_TYPE_ACTIVITY_TASK_COMPLETED"), "the end of runJob");
        assertThat(Files.readAllLines(seen)).hasSize(1);
        assertThat(control.requests.stream().filter(request -> request.endsWith("/attempts")))
                .hasSize(2);
    }

    private String unitHistory() {
        return client.fetchHistory("index/demo/docs/g3/u1").toJson(true);
    }

    @Test
    void whatIsMissingInTheEnvironmentIsNamed() throws Exception {
        ProcessBuilder builder = worker();
        builder.environment().remove("QUARRY_CONTROL_URL");
        Process worker = builder.start();
        workers.add(worker);
        assertThat(worker.waitFor()).isEqualTo(2);
        assertThat(log()).contains("--control-url").contains("QUARRY_CONTROL_URL");
    }

    private Path site(String name, String... lines) throws IOException {
        Path folder = Files.createDirectories(directory.resolve("sites"));
        Files.write(folder.resolve(name + ".properties"), List.of(lines));
        return folder;
    }

    @Test
    void eachSiteOfAFolderHasItsOwnQueueAndCluster() throws Exception {
        site("first", "QUARRY_PROCESS_AGENT=/bin/false", "QUARRY_PROCESS_DIR=" + directory.resolve("first"));
        Path sites = site("second", "QUARRY_PROCESS_DIR=" + directory.resolve("second"));
        startWorker(Map.of("QUARRY_SITES_DIR", sites.toString()));
        startRun("quarry-second");
        Waiting.until(() -> Files.exists(seen), "the job of the second site");
        Files.writeString(gate, "");
        Waiting.until(() -> called("/close"), "the end of the run");
        assertThat(directory.resolve("second").resolve(Answers.JOB)).isDirectory();
    }

    @Test
    void aWordThatIsNoSettingOfASiteIsRefusedWithItsFile() throws Exception {
        Path sites = site("typo", "QUARRY_PROCESS_DIRR=/tmp");
        assertThat(refusal(Map.of("QUARRY_SITES_DIR", sites.toString())))
                .contains("typo.properties")
                .contains("QUARRY_PROCESS_DIRR is no setting of a site");
    }

    @Test
    void aFolderWithoutSitesIsRefused() throws Exception {
        Path empty = Files.createDirectory(directory.resolve("empty"));
        assertThat(refusal(Map.of("QUARRY_SITES_DIR", empty.toString()))).contains("no file <site>.properties");
    }

    @Test
    void aSiteWithoutTheJobApisAddressIsRefused() throws Exception {
        assertThat(refusal(Map.of("QUARRY_JOB_URL", ""))).contains("QUARRY_JOB_URL is not set");
    }

    private Answer answer(String method, String path, String body) {
        if (path.endsWith("/advance")) {
            return Answer.ok(Answers.totals(true));
        }
        if (path.endsWith("/units")) {
            String units = Answers.units()
                    .replace("\"unpacked\":2,\"listingComplete\":false", "\"unpacked\":0,\"listingComplete\":true");
            return Answer.ok(units);
        }
        if (path.endsWith("/attempts")) {
            String open = opened ? Answers.open("RUNNING", false, "[]") : Answers.open("PENDING", false, "[]");
            return Answer.ok(open);
        }
        if (path.endsWith("/handle")) {
            return new Answer(204, "");
        }
        if (path.endsWith("/attempts/read")) {
            return Answer.ok(Answers.attemptState("RUNNING", 0));
        }
        if (path.endsWith("/settle")) {
            return Answer.ok(
                    "{\"epoch\":1,\"done\":true,\"proven\":true,\"missing\":[],\"suspects\":[],\"putBack\":[],\"stopList\":[]}");
        }
        if (path.endsWith("/close")) {
            return Answer.ok(
                    "{\"finished\":true,\"waits\":false,\"totals\":" + Answers.totals(true) + ",\"stopList\":[]}");
        }
        return Answer.ok(path.endsWith("/runs") ? Answers.run() : Answers.totals(true));
    }

    private boolean called(String end) {
        return control.requests.stream().anyMatch(request -> request.endsWith(end));
    }

    private void startRun() {
        startRun("quarry-default");
    }

    private void startRun(String taskQueue) {
        start("index/demo/docs", taskQueue);
    }

    private void start(String workflowId, String taskQueue) {
        WorkflowStub run = client.newUntypedWorkflowStub(
                "IndexStoreWorkflow",
                WorkflowOptions.newBuilder()
                        .setWorkflowId(workflowId)
                        .setTaskQueue(taskQueue)
                        .build());
        run.start(Map.of());
    }

    private String refusal(Map<String, String> environment) throws Exception {
        ProcessBuilder builder = worker();
        builder.environment().putAll(environment);
        Process refused = builder.start();
        workers.add(refused);
        Waiting.until(() -> !refused.isAlive(), "the end of a worker that is badly set");
        assertThat(refused.exitValue()).isEqualTo(2);
        assertThat(log()).doesNotContain("\tat ").doesNotContain("worker ready");
        return log();
    }

    @Test
    void aNomadBackendThatKnowsNoImageIsRefusedWithWhatToSet() throws Exception {
        assertThat(refusal(Map.of("QUARRY_BACKEND", "nomad"))).contains("QUARRY_NOMAD_IMAGE");
    }

    @Test
    void aBackendThatIsNoneOrForTestsAloneIsRefusedWithThoseThatThereAre() throws Exception {
        for (String backend : List.of("slurm", "memory")) {
            assertThat(refusal(Map.of("QUARRY_BACKEND", backend)))
                    .contains("QUARRY_BACKEND", "process, nomad, ecs", "'" + backend + "'");
        }
    }

    @Test
    void aNumberOfSlotsThatIsNegativeIsRefusedByName() throws Exception {
        assertThat(refusal(Map.of("QUARRY_PROCESS_SLOTS", "-1"))).contains("QUARRY_PROCESS_SLOTS is -1; set it to 0");
    }

    @Test
    void timesThatCannotWorkAreRefusedByName() {
        for (String wrong : List.of("--relist=PT0S", "--heartbeat=PT0.01S", "--retry=PT0S", "--jobs=0")) {
            WorkerOptions options =
                    CommandLine.populateCommand(new WorkerOptions(), "--control-url=http://127.0.0.1:1", wrong);
            String variable = "QUARRY_" + wrong.substring(2, wrong.indexOf('=')).toUpperCase(Locale.ROOT);
            assertThatThrownBy(options::check).hasMessageContaining(variable + " is ");
        }
        CommandLine.populateCommand(new WorkerOptions(), "--control-url=http://127.0.0.1:1")
                .check();
    }

    @Test
    void aNomadThatCannotBeReachedIsRefusedByItsAddress() throws Exception {
        assertThat(refusal(Map.of(
                        "QUARRY_BACKEND", "nomad", "QUARRY_NOMAD_IMAGE", "any", "NOMAD_ADDR", "http://127.0.0.1:1")))
                .contains("127.0.0.1:1: ");
    }

    @Test
    void aClientThatTheApiDoesNotKnowIsRefusedAtStart() throws Exception {
        assertThat(refusal(Map.of("QUARRY_CLIENT_ID", "nobody")))
                .contains("no token for client nobody", "401", "QUARRY_CLIENT_ID", "QUARRY_CLIENT_SECRET_FILE")
                .doesNotContain(ControlServer.SECRET);
    }

    @Test
    void aTemporalThatDoesNotAnswerIsRefusedByItsAddress() throws Exception {
        assertThat(refusal(Map.of("QUARRY_TEMPORAL_TARGET", "127.0.0.1:1", "QUARRY_TEMPORAL_PATIENCE", "PT1S")))
                .contains("Temporal at 127.0.0.1:1 does not answer within PT1S", "QUARRY_TEMPORAL_TARGET");
    }

    @Test
    void aProgramThatIsNotThereIsRefusedByName() {
        SiteOptions options = CommandLine.populateCommand(
                new SiteOptions(), "--process-dir=" + directory, "--process-agent=" + directory.resolve("no-agent"));
        assertThatThrownBy(() -> options.backend(Map.of(), Duration.ofSeconds(60)))
                .hasMessageContaining("QUARRY_PROCESS_AGENT is " + directory.resolve("no-agent"));
        SiteOptions none = CommandLine.populateCommand(new SiteOptions(), "--process-dir=" + directory);
        assertThatThrownBy(() -> none.backend(Map.of(), Duration.ofSeconds(60)))
                .hasMessageContaining("QUARRY_PROCESS_AGENT is not set");
        assertThatThrownBy(() -> none.backend(
                        Map.of("QUARRY_PROCESS_IMAGE_FACES", directory.toString()), Duration.ofSeconds(60)))
                .hasMessageContaining("QUARRY_PROCESS_IMAGE_<NAME> of faces is " + directory);
    }

    @Test
    void addressesThatAreNoneAreRefusedByName() {
        for (String wrong : List.of("jobs.example:8080", "jobs.example", "ftp://jobs.example", "http://", "a b")) {
            SiteOptions options = CommandLine.populateCommand(new SiteOptions(), "--job-url=" + wrong);
            assertThatThrownBy(options::jobUrl).hasMessageContaining("QUARRY_JOB_URL is " + wrong);
        }
        WorkerOptions options = CommandLine.populateCommand(new WorkerOptions(), "--control-url=control.example:8081");
        assertThatThrownBy(options::check).hasMessageContaining("QUARRY_CONTROL_URL is control.example:8081");
    }

    @Test
    void secretsThatCannotBeReadOrAreEmptyAreRefusedByName() throws Exception {
        WorkerOptions missing = CommandLine.populateCommand(
                new WorkerOptions(), "--control-url=http://127.0.0.1:1", "--client-secret-file=" + directory);
        assertThatThrownBy(missing::credentials)
                .hasMessageContaining("QUARRY_CLIENT_SECRET_FILE is " + directory + ", which cannot be read");
        Path empty = Files.writeString(directory.resolve("empty"), "\n");
        WorkerOptions blank = CommandLine.populateCommand(
                new WorkerOptions(), "--control-url=http://127.0.0.1:1", "--client-secret-file=" + empty);
        assertThatThrownBy(blank::credentials).hasMessageContaining("QUARRY_CLIENT_SECRET_FILE");
    }

    @Test
    void aNamespaceOfNomadIsNotIdleBeforeItsJobsAreReadAgain() {
        SiteOptions options = CommandLine.populateCommand(
                new SiteOptions(), "--backend=nomad", "--nomad-image=any", "--nomad-idle=PT1M");
        assertThatThrownBy(() -> options.backend(Map.of(), Duration.ofSeconds(60)))
                .hasMessageContaining("QUARRY_NOMAD_IDLE is PT1M; set it to PT2M or more");
    }

    @Test
    void anEcsBackendThatKnowsNoTaskDefinitionIsRefusedWithWhatToSet() throws Exception {
        assertThat(refusal(Map.of("QUARRY_BACKEND", "ecs"))).contains("QUARRY_ECS_TASK_DEFINITION");
    }

    @Test
    void sizesOfEcsThatAreNotPositiveAreRefusedByName() throws Exception {
        assertThat(refusal(Map.of(
                        "QUARRY_BACKEND", "ecs", "QUARRY_ECS_TASK_DEFINITION", "any", "QUARRY_ECS_VCPU_MHZ", "-1")))
                .contains("QUARRY_ECS_VCPU_MHZ")
                .contains("-1");
    }

    @Test
    void anEcsWithoutARegionIsRefusedWithWhatToSet() throws Exception {
        assertThat(refusal(Map.of("QUARRY_BACKEND", "ecs", "QUARRY_ECS_TASK_DEFINITION", "any", "AWS_REGION", "")))
                .contains("AWS_REGION");
    }

    @Test
    void anEcsWithoutCredentialsIsRefusedInOneShortLine() throws Exception {
        String log = refusal(Map.of(
                "QUARRY_BACKEND",
                "ecs",
                "QUARRY_ECS_TASK_DEFINITION",
                "any",
                "AWS_REGION",
                "us-east-1",
                "AWS_SHARED_CREDENTIALS_FILE",
                "/dev/null",
                "AWS_CONFIG_FILE",
                "/dev/null"));
        assertThat(log).contains("Unable to load credentials").contains("the AWS credentials");
        assertThat(log.lines()).allMatch(line -> line.length() < 1000);
    }

    @Test
    void anEcsThatCannotBeReachedIsRefusedByItsAddress() throws Exception {
        assertThat(refusal(Map.of(
                        "QUARRY_BACKEND",
                        "ecs",
                        "QUARRY_ECS_TASK_DEFINITION",
                        "any",
                        "AWS_REGION",
                        "us-east-1",
                        "AWS_ACCESS_KEY_ID",
                        "none",
                        "AWS_SECRET_ACCESS_KEY",
                        "none",
                        "AWS_ENDPOINT_URL_ECS",
                        "http://127.0.0.1:1")))
                .contains("127.0.0.1:1")
                .contains("AWS_ENDPOINT_URL_ECS");
    }

    private Process startWorker() throws IOException {
        return startWorker(Map.of());
    }

    private Process startWorker(Map<String, String> further) throws IOException {
        int before = count(log(), "worker ready");
        ProcessBuilder builder = worker();
        builder.environment().putAll(further);
        Process worker = builder.start();
        workers.add(worker);
        Waiting.until(() -> count(log(), "worker ready") > before, "a worker that is ready");
        return worker;
    }

    private ProcessBuilder worker() {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Dlogback.configurationFile="
                        + Path.of("src/main/resources/logback.xml").toAbsolutePath(),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.quarry.activity.Worker");
        builder.redirectErrorStream(true);
        builder.redirectOutput(
                ProcessBuilder.Redirect.appendTo(directory.resolve("log").toFile()));
        builder.environment()
                .putAll(Map.ofEntries(
                        Map.entry("QUARRY_TEMPORAL_TARGET", "127.0.0.1:" + temporalPort),
                        Map.entry("QUARRY_CONTROL_URL", control.address().toString()),
                        Map.entry("QUARRY_JOB_URL", control.address().toString()),
                        Map.entry(
                                "QUARRY_CLIENT_SECRET_FILE",
                                directory.resolve("secret").toString()),
                        Map.entry(
                                "QUARRY_PROCESS_DIR", directory.resolve("jobs").toString()),
                        Map.entry(
                                "QUARRY_PROCESS_AGENT",
                                directory.resolve("agent").toString()),
                        Map.entry("AWS_EC2_METADATA_DISABLED", "true"),
                        Map.entry("QUARRY_HEARTBEAT", "PT3S"),
                        Map.entry("QUARRY_RETRY", "PT0.1S")));
        return builder;
    }

    private String log() {
        try {
            Path log = directory.resolve("log");
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static int count(String text, String word) {
        return text.split(word, -1).length - 1;
    }
}
