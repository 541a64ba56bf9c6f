package dev.quarry.dev.stack;

import static dev.quarry.dev.stack.StackPorts.Listener.NOMAD;
import static dev.quarry.dev.stack.StackPorts.Listener.NOMAD_RPC;
import static dev.quarry.dev.stack.StackPorts.Listener.NOMAD_SERF;

import dev.quarry.dev.UsageException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A Nomad agent of the stack's own, server and client in one, configured by {@code nomad-jobs/dev-agent.hcl}: its jobs are plain
 * processes. The jobs outlive a killed agent, and what is left of them is ended with the stack.
 */
final class NomadAgent implements JobCluster {
    private static final Duration ONE_TRY = Duration.ofSeconds(2);

    private final Path data;
    private final URI address;
    private final StackPart agent;
    private final Installation installation;

    private NomadAgent(Path data, URI address, StackPart agent, Installation installation) {
        this.data = data;
        this.address = address;
        this.agent = agent;
        this.installation = installation;
    }

    /** @throws UsageException if there is no {@code nomad} on the PATH */
    static NomadAgent create(StackFolder folder, StackPorts ports, Installation installation) throws IOException {
        Path program = installation
                .onPath("nomad")
                .orElseThrow(
                        () -> new UsageException("the backend nomad needs a nomad on the PATH, or NOMAD_ADDR set to a"
                                + " cluster that runs; the last open-source release is 1.6.5"));
        Path data = folder.folder("nomad");
        Path own = Files.writeString(folder.path().resolve("nomad.hcl"), """
                data_dir = "%s"
                log_level = "DEBUG"
                ports {
                  http = %d
                  rpc  = %d
                  serf = %d
                }
                """.formatted(
                        data, ports.of(NOMAD), ports.of(NOMAD_RPC), ports.of(NOMAD_SERF)));
        List<String> command = List.of(
                // What the agent starts is known by this directory.
                "env",
                "--chdir=" + data,
                program.toString(),
                "agent",
                "-config=" + installation.root().resolve("nomad-jobs/dev-agent.hcl"),
                "-config=" + own);
        URI address = URI.create("http://127.0.0.1:" + ports.of(NOMAD));
        StackPart part = new StackPart(
                "nomad", new StackPart.Program(command, Map.of(), folder.log("nomad")), log -> hasReadyNode(address));
        return new NomadAgent(data, address, part, installation);
    }

    static boolean hasReadyNode(URI address) throws InterruptedException {
        HttpClient http = HttpClient.newBuilder().connectTimeout(ONE_TRY).build();
        HttpRequest request = HttpRequest.newBuilder(address.resolve("/v1/nodes"))
                .timeout(ONE_TRY)
                .build();
        try {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == 200 && answer.body().contains("\"Status\":\"ready\"");
        } catch (IOException notYet) {
            return false;
        }
    }

    @Override
    public void launch() throws IOException, InterruptedException {
        NomadLeftovers.end(data);
        agent.launch();
    }

    @Override
    public void awaitReady() throws IOException, InterruptedException {
        agent.awaitReady();
    }

    @Override
    public Map<String, String> workerEnvironment() throws IOException {
        return Map.of(
                "QUARRY_BACKEND",
                "nomad",
                "NOMAD_ADDR",
                address.toString(),
                "QUARRY_NOMAD_DRIVER",
                "raw_exec",
                "QUARRY_NOMAD_IMAGE",
                installation.agent().toString());
    }

    @Override
    public List<ProcessHandle> jobs() {
        return new JobSweep(data.resolve("alloc")).find();
    }

    @Override
    public Optional<StackPart> part() {
        return Optional.of(agent);
    }

    @Override
    public Optional<String> console() {
        return Optional.of(address + "/ui");
    }

    @Override
    public void stop() throws IOException, InterruptedException {
        agent.stop();
        NomadLeftovers.end(data);
    }
}
