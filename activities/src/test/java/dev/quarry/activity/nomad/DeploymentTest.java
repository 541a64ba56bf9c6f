package dev.quarry.activity.nomad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.quarry.activity.job.JobBackendException;
import dev.quarry.activity.job.JobHandle;
import dev.quarry.activity.job.JobId;
import dev.quarry.activity.job.JobSpec;
import dev.quarry.activity.job.JobStatus.State;
import dev.quarry.activity.job.Ticket;
import dev.quarry.activity.job.Waiting;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Option;

/** What lies in nomad-jobs/, on a Nomad with ACLs on, set up as docs/operations.md says. */
@EnabledIf(value = "dev.quarry.activity.nomad.NomadAgent#isThere", disabledReason = "there is no nomad on the PATH")
@SuppressWarnings("NullAway.Init") // filled in before all tests
class DeploymentTest {
    private static final NomadToken MANAGEMENT =
            new NomadToken(UUID.randomUUID().toString());
    private static final String[] WORKER = {
        "-var=site=north",
        "-var=image=registry.example/quarry-worker@sha256:00",
        "-var=agent_image=registry.example/quarry-agent@sha256:00",
        "-var=control_url=https://control.example",
        "-var=job_url=https://jobs.example",
        "-var=temporal_target=temporal.example:7233",
        "-var=nomad_addr=https://nomad.example:4646",
        "nomad-jobs/worker.nomad.hcl"
    };
    private static final String[] API = {
        "-var=image=registry.example/quarry-proxy-api@sha256:00",
        "-var=db_url=jdbc:postgresql://db.example/quarry",
        "-var=artifacts_origin=https://artifacts.example",
        "-var=temporal_target=temporal.example:7233",
        "nomad-jobs/proxy-api.nomad.hcl"
    };
    private static final String[] TEMPORAL = {
        "-var=image=registry.example/temporalio-server@sha256:00",
        "-var=db_address=db.example:5432",
        "-var=jwks_uri=https://issuer.example/jwks.json",
        "nomad-jobs/temporal.nomad.hcl"
    };
    private static final Pattern NAMED_FILE = Pattern.compile("NOMAD_SECRETS_DIR\" }}/([a-z.-]+)");
    private static final Pattern RUN = Pattern.compile("nomad job run (-var .+?\\.hcl)(?=\\s)");
    private static final Pattern WORD = Pattern.compile("'[^']*'|\\S+");
    private static final int FORBIDDEN = 403;

    @TempDir
    private static Path agentFolder;

    @TempDir
    private Path folder;

    private static NomadAgent agent;
    private static NomadProgram nomad;
    private static NomadToken worker;
    private static NomadToken operator;

    @BeforeAll
    static void deploy() throws Exception {
        Path program = NomadAgent.program().orElseThrow();
        agent = NomadAgent.startWithAcls(program, agentFolder, MANAGEMENT);
        nomad = new NomadProgram(program, agent, MANAGEMENT);
        nomad.succeed("namespace", "apply", "nomad-jobs/namespaces/services.hcl");
        nomad.succeed("namespace", "apply", "nomad-jobs/namespaces/tenant.hcl");
        // A tenant whose jobs may be plain processes, since there is no container engine here.
        nomad.succeed("namespace", "apply", "quarry-acme");
        for (String policy : List.of("worker", "operator", "autoscaler")) {
            nomad.succeed("acl", "policy", "apply", "quarry-" + policy, "nomad-jobs/acl/" + policy + ".policy.hcl");
        }
        worker = token("quarry-worker");
        operator = token("quarry-operator");
    }

    private static NomadToken token(String policy) throws Exception {
        String created = nomad.succeed("acl", "token", "create", "-name=" + policy, "-policy=" + policy, "-json");
        return new NomadToken(
                new ObjectMapper().readTree(created).path("SecretID").asText());
    }

    @AfterAll
    static void end() throws Exception {
        if (agent != null) {
            agent.close();
        }
    }

    private static NomadJobBackend backend(NomadConfig.Driver driver) {
        return backend(driver, "quarry-", true);
    }

    private static NomadJobBackend backend(NomadConfig.Driver driver, String prefix, boolean ticketAsVariable) {
        return new NomadJobBackend(new NomadConfig(
                agent.address(),
                worker,
                prefix,
                true,
                ticketAsVariable,
                driver,
                Map.of(NomadConfig.ANY_IMAGE, driver == NomadConfig.Driver.raw_exec ? "/bin/sh" : "quarry-agent"),
                null,
                Duration.ofSeconds(2),
                Duration.ofSeconds(5),
                Duration.ofMinutes(15)));
    }

    private static JobSpec spec(String tenant, String script) {
        return new JobSpec(
                new JobId("q-" + UUID.randomUUID() + "-1"),
                tenant,
                "quarry-agent",
                List.of("-c", script),
                "http://127.0.0.1:1",
                new Ticket("qt_of-this-job"),
                100,
                64,
                64,
                Duration.ofSeconds(60),
                null,
                Map.of(),
                false,
                Map.of());
    }

    private static State state(NomadJobBackend backend, JobHandle handle) {
        return Objects.requireNonNull(backend.statuses(List.of(handle)).get(handle))
                .state();
    }

    @Test
    void everyFileIsHclAsNomadFormatsIt() throws Exception {
        nomad.succeed("fmt", "-check", "-recursive", "nomad-jobs");
        Path broken = Files.writeString(folder.resolve("broken.hcl"), "job \"x\" {\n");
        assertThat(nomad.run("fmt", "-check", broken.toString()).code()).isNotZero();
    }

    @Test
    void nomadTakesEveryJob() throws Exception {
        for (String[] job : List.of(API, WORKER, TEMPORAL)) {
            List<String> words = new ArrayList<>(List.of("job", "validate"));
            words.addAll(Arrays.asList(job));
            assertThat(nomad.succeed(words.toArray(String[]::new))).contains("Job validation successful");
        }
    }

    /** As an operator types them; {@code -output} shows the job that would run. */
    @Test
    void theDocumentedCommandsGiveEveryVariableThatAJobNeeds() throws Exception {
        for (String page : List.of(
                "docs/operations.md",
                "nomad-jobs/proxy-api.nomad.hcl",
                "nomad-jobs/worker.nomad.hcl",
                "nomad-jobs/temporal.nomad.hcl")) {
            List<String> commands = RUN.matcher(Files.readString(Path.of("..", page))
                            .replace("\\\n#", " ")
                            .replace("\\\n", " "))
                    .results()
                    .map(found -> found.group(1))
                    .toList();
            assertThat(commands).as(page).isNotEmpty();
            for (String command : commands) {
                List<String> words = new ArrayList<>(List.of("job", "run", "-output"));
                WORD.matcher(command)
                        .results()
                        .forEach(word -> words.add(word.group().replace("'", "")));
                nomad.succeed(words.toArray(String[]::new));
            }
        }
    }

    @Test
    void theApiTakesFurtherSecretsSettingsAndFoldersOfFiles() throws Exception {
        List<String> words = new ArrayList<>(List.of(
                "-var=secrets=[\"operator_secret\"]",
                "-var=settings={QUARRY_FILESYSTEM_ROOTS=\"/srv\",QUARRY_TLS_PLAINHTTP=\"false\"}",
                "-var=file_volumes={archive=\"/srv/archive\"}"));
        words.addAll(Arrays.asList(API));
        JsonNode task = task(words.toArray(String[]::new));
        assertThat(task.at("/Env/QUARRY_FILESYSTEM_ROOTS").asText()).isEqualTo("/srv");
        assertThat(task.at("/Env/QUARRY_TLS_PLAINHTTP").asText()).isEqualTo("false");
        assertThat(task.at("/Env/QUARRY_DB_USER").asText()).isEqualTo("quarry_app");
        assertThat(task.at("/VolumeMounts/1/Destination").asText()).isEqualTo("/srv/archive");
        assertThat(task.at("/VolumeMounts/1/ReadOnly").asBoolean()).isTrue();
        JsonNode secret = template(task, "secrets/operator_secret");
        assertThat(secret.path("EmbeddedTmpl").asText()).contains("{{ .operator_secret }}");
        assertThat(secret.path("Perms").asText()).isEqualTo("0400");
        assertThat(secret.path("Uid").asText()).isEqualTo("10000");
        JsonNode variable = template(task, "local/operator_secret.env");
        assertThat(variable.path("EmbeddedTmpl").asText())
                .isEqualTo("QUARRY_OPERATOR_SECRET_FILE={{ env \"NOMAD_SECRETS_DIR\" }}/operator_secret\n");
        assertThat(variable.path("Envvars").asBoolean()).isTrue();
    }

    private static JsonNode template(JsonNode task, String destination) {
        for (JsonNode template : task.path("Templates")) {
            if (template.path("DestPath").asText().equals(destination)) {
                return template;
            }
        }
        throw new AssertionError("no template " + destination);
    }

    private static JsonNode task(String[] job) throws Exception {
        List<String> words = new ArrayList<>(List.of("job", "run", "-output"));
        words.addAll(Arrays.asList(job));
        JsonNode whole = new ObjectMapper().readTree(nomad.succeed(words.toArray(String[]::new)));
        return whole.at("/Job/TaskGroups/0/Tasks/0");
    }

    /** Nothing of the machine is the task's to change, and its files are its user's alone. */
    private static void assertConfined(JsonNode task) {
        assertThat(task.at("/Config/readonly_rootfs").asBoolean()).isTrue();
        assertThat(task.at("/Config/cap_drop/0").asText()).isEqualTo("all");
        assertThat(task.at("/Config/security_opt/0").asText()).isEqualTo("no-new-privileges");
        for (JsonNode template : task.path("Templates")) {
            assertThat(template.path("Perms").asText()).isEqualTo("0400");
            assertThat(task.path("User").asText())
                    .isEqualTo(
                            "%s:%s",
                            template.path("Uid").asText(), template.path("Gid").asText());
            assertThat(template.path("Envvars").asBoolean()).isFalse();
        }
    }

    private static List<String> files(JsonNode task) {
        List<String> files = new ArrayList<>();
        for (JsonNode template : task.path("Templates")) {
            files.add("${NOMAD_SECRETS_DIR}/"
                    + Path.of(template.path("DestPath").asText()).getFileName());
        }
        return files;
    }

    @Test
    void theServicesAreConfinedAndGetSecretsAsFilesOfTheirOwn() throws Exception {
        for (String[] job : List.of(API, WORKER)) {
            JsonNode task = task(job);
            String image = job == API ? "../proxy-api/Containerfile" : "../activities/Containerfile";
            assertThat(Files.readString(Path.of(image)))
                    .contains("USER " + task.path("User").asText() + "\n");
            assertConfined(task);
            List<String> told = new ArrayList<>();
            task.path("Env").fields().forEachRemaining(variable -> {
                assertThat(variable.getKey()).doesNotMatch(".*(SECRET|PASSWORD|KEY|TOKEN)");
                if (variable.getKey().matches(".*(SECRET|PASSWORD|KEY|TOKEN)_FILE")) {
                    told.add(variable.getValue().asText());
                }
            });
            assertThat(told).isNotEmpty().containsExactlyInAnyOrderElementsOf(files(task));
        }
    }

    @Test
    void temporalIsConfinedAndAsksForACertificateAndAToken() throws Exception {
        JsonNode task = task(TEMPORAL);
        assertThat(task.path("User").asText()).isEqualTo("1000:1000");
        assertConfined(task);
        assertThat(task.at("/Config/args/4").asText().split(",")).contains("frontend", "internal-frontend");
        String configuration = task.at("/Templates/0/EmbeddedTmpl").asText();
        assertThat(configuration)
                .containsPattern("frontend:\\s+server:\\s+requireClientAuth: true\\s+clientCaFiles: .*/clients-ca.crt")
                .containsPattern(
                        "internode:\\s+server:\\s+requireClientAuth: true\\s+clientCaFiles: .*/internode-ca.crt")
                .containsPattern("authorizer: default\\s+claimMapper: default")
                .contains("audience: \"temporal\"", "keySourceURIs: [\"https://issuer.example/jwks.json\"]")
                .doesNotContainPattern("(?m)^\\s*publicClient:");
        List<String> named = new ArrayList<>(List.of("${NOMAD_SECRETS_DIR}/temporal.yaml"));
        NAMED_FILE.matcher(configuration).results().forEach(file -> named.add("${NOMAD_SECRETS_DIR}/" + file.group(1)));
        assertThat(files(task)).hasSize(8).hasSameElementsAs(named);
    }

    @Test
    void theWorkerKnowsEveryVariableThatItsJobSets() throws Exception {
        StringBuilder options = new StringBuilder();
        for (String name : List.of(
                "dev.quarry.activity.WorkerOptions",
                "dev.quarry.activity.TemporalOptions",
                "dev.quarry.activity.SiteOptions",
                "dev.quarry.activity.NomadOptions")) {
            for (Field field : Class.forName(name).getDeclaredFields()) {
                Option option = field.getAnnotation(Option.class);
                options.append(option == null ? "" : option.defaultValue());
            }
        }
        List<String> variables = new ArrayList<>();
        task(WORKER).path("Env").fieldNames().forEachRemaining(variables::add);
        assertThat(variables)
                .hasSizeGreaterThan(10)
                .allSatisfy(variable -> assertThat(options).containsPattern("env:" + variable + "\\b"));
    }

    @Test
    void aTenantsNamespaceRunsContainersOnly() throws Exception {
        try (NomadJobBackend plain = backend(NomadConfig.Driver.raw_exec)) {
            assertThatThrownBy(() -> plain.submit(spec("demo", "exit 0"))).hasMessageContaining("raw_exec");
        }
        try (NomadJobBackend contained = backend(NomadConfig.Driver.docker)) {
            JobSpec spec = spec("demo", "exit 0");
            JobHandle handle = contained.submit(spec);
            assertThat(state(contained, handle)).isEqualTo(State.PENDING);
            contained.stop("demo", spec.id(), Optional.of(handle));
            Waiting.until(() -> state(contained, handle).isFinal(), "the stop of " + handle);
        }
    }

    @Test
    void theWorkersPolicyIsEnoughForAJobFromTicketToEnd() throws Exception {
        Path mark = folder.resolve("ticket");
        JobSpec spec = spec("acme", "printf %s \"$QUARRY_TICKET\" > " + mark);
        List<JobHandle> told = new CopyOnWriteArrayList<>();
        try (NomadJobBackend backend = backend(NomadConfig.Driver.raw_exec).reached()) {
            backend.changes(told::add);
            JobHandle handle = backend.submit(spec);
            Waiting.until(() -> told.contains(handle), "the event stream's hint at " + handle);
            Waiting.until(() -> state(backend, handle) == State.SUCCEEDED, "the end of " + handle);
            assertThat(backend.find("acme", spec.id())).contains(handle);
            assertThat(mark).hasContent("qt_of-this-job");
            String variable = "/v1/var/nomad/jobs/" + spec.id().value() + "?namespace=quarry-acme";
            Waiting.until(
                    () -> agent.status("GET", variable, MANAGEMENT, "") == 404,
                    "the deletion of the ticket of " + handle);
        }
    }

    @Test
    void theWorkersPolicyIsEnoughToStopAJob() throws Exception {
        JobSpec spec = spec("acme", "while :; do sleep 0.1; done");
        try (NomadJobBackend backend = backend(NomadConfig.Driver.raw_exec)) {
            JobHandle handle = backend.submit(spec);
            Waiting.until(() -> state(backend, handle) == State.RUNNING, "the start of " + handle);
            assertMayNot(worker, "GET", "/v1/var/nomad/jobs/" + spec.id().value() + "?namespace=quarry-acme", "");
            backend.stop("acme", spec.id(), Optional.of(handle));
            Waiting.until(() -> state(backend, handle) == State.STOPPED, "the stop of " + handle);
        }
    }

    @Test
    void theWorkerMayRunNothingOutsideTheTenantsNamespaces() {
        for (String prefix : List.of("default", "quarry")) {
            try (NomadJobBackend backend = backend(NomadConfig.Driver.docker, prefix, false)) {
                assertThatThrownBy(() -> backend.submit(spec("", "exit 0")))
                        .isInstanceOf(JobBackendException.class)
                        .hasMessageContaining("403");
            }
        }
    }

    private static void isRefusedAtStart(NomadToken token, String namespace, boolean prefix, String... words) {
        NomadConfig config = new NomadConfig(
                agent.address(),
                token,
                namespace,
                prefix,
                true,
                NomadConfig.Driver.docker,
                Map.of(NomadConfig.ANY_IMAGE, "quarry-agent"),
                null,
                Duration.ofSeconds(2),
                Duration.ofSeconds(5),
                Duration.ofMinutes(15));
        try (NomadJobBackend backend = new NomadJobBackend(config)) {
            assertThatThrownBy(backend::reached)
                    .isInstanceOf(JobBackendException.class)
                    .hasMessageContainingAll(words)
                    .hasMessageContaining("set NOMAD_ADDR")
                    .hasMessageNotContaining(token.secret());
        }
    }

    @Test
    void aWrongTokenIsSaidAtStart() {
        NomadToken wrong = new NomadToken(UUID.randomUUID().toString());
        isRefusedAtStart(wrong, "quarry-acme", false, "403", "QUARRY_NOMAD_TOKEN_FILE");
        isRefusedAtStart(wrong, "quarry-", true, "403", "QUARRY_NOMAD_TOKEN_FILE");
    }

    @Test
    void aNamespaceThatIsNotThereOrTakesNoJobsOfThisTokenIsSaidAtStart() {
        isRefusedAtStart(worker, "quarry-nobody", false, "no namespace quarry-nobody", "NOMAD_NAMESPACE");
        isRefusedAtStart(
                MANAGEMENT, "tenants-", true, "no namespace begins with tenants-", "QUARRY_NOMAD_NAMESPACE_PREFIX");
        isRefusedAtStart(operator, "quarry-acme", false, "may not submit jobs in namespace quarry-acme");
        isRefusedAtStart(operator, "quarry-", true, "may not submit jobs in namespace quarry-");
    }

    /** Refused by its rights and not by its words: who may do everything is answered otherwise. */
    private static void assertMayNot(NomadToken token, String method, String path, String body) {
        assertThat(agent.status(method, path, MANAGEMENT, body))
                .as("%s %s with every right", method, path)
                .isNotEqualTo(FORBIDDEN);
        assertThat(agent.status(method, path, token, body))
                .as("%s %s", method, path)
                .isEqualTo(FORBIDDEN);
    }

    @Test
    void theWorkerSeesAndChangesNothingElse() {
        assertMayNot(worker, "GET", "/v1/jobs?namespace=default", "");
        assertMayNot(worker, "GET", "/v1/jobs?namespace=quarry", "");
        assertMayNot(worker, "GET", "/v1/allocations?namespace=quarry", "");
        assertMayNot(worker, "GET", "/v1/nodes", "");
        assertMayNot(worker, "GET", "/v1/agent/self", "");
        assertMayNot(worker, "GET", "/v1/acl/tokens", "");
        assertMayNot(worker, "GET", "/v1/var/nomad/jobs/proxy-api?namespace=quarry", "");
        String variable = "{\"Namespace\":\"%s\",\"Path\":\"%s\",\"Items\":{\"a\":\"b\"}}";
        assertMayNot(
                worker,
                "PUT",
                "/v1/var/nomad/jobs/proxy-api?namespace=quarry",
                variable.formatted("quarry", "nomad/jobs/proxy-api"));
        assertMayNot(
                worker,
                "PUT",
                "/v1/var/nomad/jobs/other?namespace=quarry-acme",
                variable.formatted("quarry-acme", "nomad/jobs/other"));
        assertMayNot(worker, "PUT", "/v1/namespace/quarry-acme", "{\"Name\":\"quarry-acme\"}");
        assertMayNot(worker, "POST", "/v1/acl/token", "{\"Name\":\"mine\",\"Type\":\"management\"}");
        assertMayNot(worker, "PUT", "/v1/system/gc", "");
    }

    @Test
    void anOperatorLooksAndDoesNotTouch() {
        for (String path : List.of("/v1/jobs?namespace=quarry", "/v1/jobs?namespace=quarry-acme", "/v1/nodes")) {
            assertThat(agent.status("GET", path, operator, "")).as(path).isEqualTo(200);
        }
        assertMayNot(operator, "GET", "/v1/jobs?namespace=default", "");
        assertMayNot(operator, "DELETE", "/v1/job/none?namespace=quarry-acme", "");
        assertMayNot(operator, "GET", "/v1/var/nomad/jobs/proxy-api?namespace=quarry", "");
        assertMayNot(operator, "PUT", "/v1/system/gc", "");
    }
}
