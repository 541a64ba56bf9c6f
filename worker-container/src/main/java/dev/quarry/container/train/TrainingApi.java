package dev.quarry.container.train;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Just enough of a job API to let a real agent run its way once. */
final class TrainingApi implements AutoCloseable {
    private static final String ATTEMPT = "00000000-0000-4000-8000-000000000000";

    private final HttpServer server;
    private final List<String> names;
    private final List<byte[]> contents;
    private final String extractors;

    TrainingApi(Map<String, byte[]> documents, List<String> extractors) throws IOException {
        this.names = List.copyOf(documents.keySet());
        this.contents = new ArrayList<>(documents.values());
        this.extractors = extractors.stream().map(name -> '"' + name + '"').collect(Collectors.joining(","));
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        byte[] request = exchange.getRequestBody().readAllBytes();
        String path = exchange.getRequestURI().getPath();
        byte[] body;
        if (path.endsWith("/claim")) {
            body = utf8("{" + token() + ",\"renew_in\":60,\"attempt\":\"" + ATTEMPT
                    + "\",\"epoch\":1,\"lane\":\"documents\"," + "\"extractors\":[" + extractors + "],\"items\":"
                    + names.size() + ",\"bytes\":0}");
        } else if (path.endsWith("/items")) {
            body = utf8(IntStream.range(0, names.size())
                    .mapToObj(n -> "{\"n\":" + n + ",\"name\":\"" + names.get(n) + "\",\"size\":"
                            + contents.get(n).length + "}\n")
                    .collect(Collectors.joining()));
        } else if (path.endsWith("/content")) {
            body = contents.get(Integer.parseInt(path.split("/", -1)[5]));
        } else if (path.endsWith("/results")) {
            long lines = new String(request, StandardCharsets.UTF_8).lines().count();
            body = utf8(IntStream.rangeClosed(1, (int) lines)
                    .mapToObj(line -> "{\"line\":" + line + ",\"status\":200}\n")
                    .collect(Collectors.joining()));
        } else if (path.endsWith("/renew")) {
            body = utf8("{" + token() + "}");
        } else {
            body = utf8("{\"sha256\":\"\",\"bytes\":0}");
        }
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static String token() {
        return "\"access_token\":\"training\",\"token_type\":\"Bearer\",\"expires_in\":600";
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
