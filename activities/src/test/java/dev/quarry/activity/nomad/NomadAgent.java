package dev.quarry.activity.nomad;

import dev.quarry.activity.job.Waiting;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A real Nomad, server and client in one, on 127.0.0.1, whose jobs are plain processes. */
final class NomadAgent implements AutoCloseable {
    private static final Path DEVELOPMENT =
            Path.of("../nomad-jobs/dev-agent.hcl").toAbsolutePath().normalize();

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final URI address;
    private final Path folder;

    private NomadAgent(Process process, URI address, Path folder) {
        this.process = process;
        this.address = address;
        this.folder = folder;
    }

    /** The {@code nomad} on the PATH, if there is one. */
    static Optional<Path> program() {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .map(folder -> Path.of(folder, "nomad"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    static boolean isThere() {
        return program().isPresent();
    }

    /** With the configuration that a developer starts, on free ports. */
    static NomadAgent start(Path program, Path folder) throws IOException {
        return start(program, folder, "");
    }

    /** @param more configuration */
    static NomadAgent start(Path program, Path folder, String more) throws IOException {
        NomadAgent agent = launch(program, folder, more);
        Waiting.until(() -> agent.hasNode(null), "a Nomad with a node, see " + folder.resolve("agent.log"));
        return agent;
    }

    /** The same with ACLs on: {@code management} may do everything, who shows no token nothing. */
    static NomadAgent startWithAcls(Path program, Path folder, NomadToken management) throws IOException {
        NomadAgent agent = launch(program, folder, "acl {\n  enabled = true\n}\n");
        String body = "{\"BootstrapSecret\":\"" + management.secret() + "\"}";
        Waiting.until(
                () -> agent.status("POST", "/v1/acl/bootstrap", null, body) == 200,
                "the first token, see " + folder.resolve("agent.log"));
        Waiting.until(() -> agent.hasNode(management), "a Nomad with a node, see " + folder.resolve("agent.log"));
        return agent;
    }

    private static NomadAgent launch(Path program, Path folder, String more) throws IOException {
        int http = freePort();
        Path own = folder.resolve("agent.hcl");
        Files.writeString(
                own,
                "ports {\n  http = " + http + "\n  rpc = " + freePort() + "\n  serf = " + freePort() + "\n}\n" + more);
        Process process = new ProcessBuilder(
                        program.toString(),
                        "agent",
                        "-config=" + DEVELOPMENT,
                        "-config=" + own,
                        "-data-dir=" + Files.createDirectory(folder.resolve("data")))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("agent.log").toFile())
                .start();
        return new NomadAgent(process, URI.create("http://127.0.0.1:" + http), folder);
    }

    URI address() {
        return address;
    }

    NomadConfig config(Map<String, String> images) {
        return new NomadConfig(
                address,
                null,
                "default",
                false,
                false,
                NomadConfig.Driver.raw_exec,
                images,
                null,
                Duration.ofSeconds(2),
                Duration.ofSeconds(5),
                Duration.ofMinutes(15));
    }

    private boolean hasNode(@Nullable NomadToken token) {
        HttpResponse<String> nodes = ask("GET", "/v1/nodes", token, "");
        return nodes != null && nodes.body().contains("\"Status\":\"ready\"");
    }

    /** The HTTP status of a call, 0 while nobody answers. */
    int status(String method, String path, @Nullable NomadToken token, String body) {
        HttpResponse<String> answer = ask(method, path, token, body);
        return answer == null ? 0 : answer.statusCode();
    }

    private @Nullable HttpResponse<String> ask(String method, String path, @Nullable NomadToken token, String body) {
        if (!process.isAlive()) {
            throw new IllegalStateException("Nomad ended with code " + process.exitValue());
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(address.resolve(path))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .timeout(Duration.ofSeconds(5));
        if (token != null) {
            request.header("X-Nomad-Token", token.secret());
        }
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            return null;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Nomad leaves its tasks running, and the directories of their secrets mounted. */
    @Override
    public void close() throws IOException {
        List<ProcessHandle> tasks = process.descendants().toList();
        process.destroy();
        Waiting.until(() -> !process.isAlive(), "Nomad's end");
        tasks.forEach(ProcessHandle::destroyForcibly);
        for (String mount : Files.readAllLines(Path.of("/proc/self/mounts"))) {
            String target = mount.split(" ", -1)[1];
            if (target.startsWith(folder + "/")) {
                Process unmount =
                        new ProcessBuilder("umount", target).inheritIO().start();
                Waiting.until(() -> !unmount.isAlive(), "umount " + target);
            }
        }
    }
}
