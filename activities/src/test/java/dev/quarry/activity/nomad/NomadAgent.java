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

/** A real Nomad, server and client in one, on 127.0.0.1, whose jobs are plain processes. */
final class NomadAgent implements AutoCloseable {
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

    static NomadAgent start(Path program, Path folder) throws IOException {
        int http = freePort();
        Path configuration = folder.resolve("agent.hcl");
        Files.writeString(configuration, """
                bind_addr = "127.0.0.1"
                data_dir = "%s"
                disable_update_check = true
                advertise {
                  http = "127.0.0.1"
                  rpc = "127.0.0.1"
                  serf = "127.0.0.1"
                }
                ports {
                  http = %d
                  rpc = %d
                  serf = %d
                }
                server {
                  enabled = true
                  bootstrap_expect = 1
                }
                client {
                  enabled = true
                  network_interface = "lo"
                }
                consul {
                  auto_advertise = false
                  server_auto_join = false
                  client_auto_join = false
                }
                plugin "raw_exec" {
                  config {
                    enabled = true
                    no_cgroups = true
                  }
                }
                """.formatted(
                        Files.createDirectory(folder.resolve("data")), http, freePort(), freePort()));
        Process process = new ProcessBuilder(program.toString(), "agent", "-config=" + configuration)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("agent.log").toFile())
                .start();
        NomadAgent agent = new NomadAgent(process, URI.create("http://127.0.0.1:" + http), folder);
        Waiting.until(agent::isReady, "a Nomad with a node, see " + folder.resolve("agent.log"));
        return agent;
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
                Duration.ofSeconds(5));
    }

    private boolean isReady() {
        if (!process.isAlive()) {
            throw new IllegalStateException("Nomad ended with code " + process.exitValue());
        }
        try {
            HttpResponse<String> nodes = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(address.resolve("/v1/nodes")).build(),
                            HttpResponse.BodyHandlers.ofString());
            return nodes.body().contains("\"Status\":\"ready\"");
        } catch (IOException e) {
            return false;
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
