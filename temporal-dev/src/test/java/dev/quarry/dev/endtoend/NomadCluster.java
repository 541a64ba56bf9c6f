package dev.quarry.dev.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.quarry.postgres.FreePort;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A real Nomad of one server and two nodes that notices within seconds when a node is silent. */
final class NomadCluster implements Cluster {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> NAMES = List.of("one", "two");
    private static final String COMMON = """
            bind_addr            = "127.0.0.1"
            disable_update_check = true
            advertise {
              http = "127.0.0.1"
              rpc  = "127.0.0.1"
              serf = "127.0.0.1"
            }
            ports {
              http = %d
              rpc  = %d
              serf = %d
            }
            consul {
              auto_advertise   = false
              server_auto_join = false
              client_auto_join = false
            }
            plugin "raw_exec" {
              config {
                enabled    = true
                no_cgroups = true
              }
            }
            """;

    private final NomadNode server;
    private final List<NomadNode> nodes;
    private final HttpClient http = HttpClient.newHttpClient();

    private NomadCluster(NomadNode server, List<NomadNode> nodes) {
        this.server = server;
        this.nodes = nodes;
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

    static NomadCluster start(Path folder) throws Exception {
        int rpc = FreePort.find();
        NomadNode server = node(folder, "server", rpc, """
                server {
                  enabled                = true
                  bootstrap_expect       = 1
                  heartbeat_grace        = "1s"
                  min_heartbeat_ttl      = "1s"
                  max_heartbeats_per_second = 1000
                  failover_heartbeat_ttl = "5s"
                }
                """);
        List<NomadNode> nodes = new ArrayList<>();
        for (String name : NAMES) {
            nodes.add(node(folder, name, FreePort.find(), """
                    name = "%s"
                    client {
                      enabled           = true
                      network_interface = "lo"
                      servers           = ["127.0.0.1:%d"]
                      cpu_total_compute = 8000
                      memory_total_mb   = 4096
                    }
                    """.formatted(name, rpc)));
        }
        NomadCluster cluster = new NomadCluster(server, nodes);
        try {
            server.start();
            for (NomadNode node : nodes) {
                node.start();
            }
            cluster.awaitNodes();
            return cluster;
        } catch (Exception | AssertionError e) {
            cluster.close();
            throw e;
        }
    }

    private static NomadNode node(Path folder, String name, int rpc, String further) throws IOException {
        int port = FreePort.find();
        Path data = Files.createDirectory(folder.resolve(name));
        Path configuration = Files.writeString(
                folder.resolve(name + ".hcl"), COMMON.formatted(port, rpc, FreePort.find()) + further);
        return new NomadNode(program().orElseThrow(), data, configuration, URI.create("http://127.0.0.1:" + port));
    }

    @Override
    public URI address() {
        return server.address();
    }

    NomadNode server() {
        return server;
    }

    NomadNode node(int number) {
        return nodes.get(number);
    }

    void awaitNodes() throws Exception {
        TestStore.await("two ready nodes", Duration.ofSeconds(60), () -> {
            long ready = 0;
            for (JsonNode node : get("/v1/nodes")) {
                ready += node.path("Status").asText().equals("ready") ? 1 : 0;
            }
            return ready == nodes.size();
        });
    }

    String nodeId(int number) throws Exception {
        for (JsonNode node : get("/v1/nodes")) {
            if (node.path("Name").asText().equals(NAMES.get(number))) {
                return node.path("ID").asText();
            }
        }
        throw new IllegalStateException("no node " + NAMES.get(number));
    }

    /** Jobs that Nomad has not ended. */
    @Override
    public List<String> running() throws Exception {
        List<String> live = new ArrayList<>();
        for (JsonNode job : get("/v1/jobs")) {
            if (!job.path("Status").asText().equals("dead")) {
                live.add(job.path("ID").asText());
            }
        }
        return live;
    }

    /** How often Nomad placed each job that it knows. */
    Map<String, Integer> placements() throws Exception {
        Map<String, Integer> placements = new HashMap<>();
        get("/v1/allocations")
                .forEach(allocation -> placements.merge(allocation.path("JobID").asText(), 1, Integer::sum));
        return placements;
    }

    /** The number of a node that runs something now. */
    int busyNode() throws Exception {
        for (JsonNode allocation : get("/v1/allocations")) {
            if (allocation.path("ClientStatus").asText().equals("running")) {
                return NAMES.indexOf(allocation.path("NodeName").asText());
            }
        }
        throw new AssertionError("no node runs anything");
    }

    /** The number of the node that the job was placed on first. */
    int nodeOf(String job) throws Exception {
        return NAMES.indexOf(
                get("/v1/job/" + job + "/allocations").get(0).path("NodeName").asText());
    }

    @Override
    public void awaitNothingLeft() throws Exception {
        TestStore.await(
                "all jobs to end", Duration.ofSeconds(40), () -> running().isEmpty());
        for (NomadNode node : nodes) {
            node.processes().awaitNone(Set.of(node.pid()));
        }
    }

    JsonNode get(String path) throws IOException, InterruptedException {
        return JSON.readTree(send(HttpRequest.newBuilder(server.address().resolve(path))));
    }

    void put(String path, String body) throws IOException, InterruptedException {
        send(HttpRequest.newBuilder(server.address().resolve(path)).PUT(HttpRequest.BodyPublishers.ofString(body)));
    }

    void delete(String path) throws IOException, InterruptedException {
        send(HttpRequest.newBuilder(server.address().resolve(path)).DELETE());
    }

    private String send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> answer =
                http.send(request.timeout(Duration.ofSeconds(10)).build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(request.build().uri() + " answers " + answer.statusCode() + ": " + answer.body());
        }
        return answer.body();
    }

    @Override
    public void close() throws Exception {
        for (NomadNode node : nodes) {
            node.close();
        }
        server.close();
    }
}
