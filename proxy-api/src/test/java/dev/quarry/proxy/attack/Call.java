package dev.quarry.proxy.attack;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.listener.Listener;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** One HTTP/1.1 request, byte for byte as it is written here: no library corrects its path, its headers or its length. */
@SuppressWarnings("ArrayRecordComponent") // sent, compared never
record Call(RunningApi api, Listener listener, String method, String target, List<String> headers, byte[] body) {
    private static final int PATIENCE_MILLIS = 20_000;

    static Call of(Listener listener, String method, String target) {
        return new Call(RunningApi.shared(), listener, method, target, List.of(), new byte[0]);
    }

    static Call get(Listener listener, String target) {
        return of(listener, "GET", target);
    }

    static Call post(Listener listener, String target, String json) {
        return of(listener, "POST", target).json(json);
    }

    static Call put(Listener listener, String target, String json) {
        return of(listener, "PUT", target).json(json);
    }

    Call json(String json) {
        return with("Content-Type: application/json").sending(json.getBytes(StandardCharsets.UTF_8));
    }

    Call lines(String... lines) {
        return with("Content-Type: application/x-ndjson")
                .sending(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
    }

    Call sending(byte[] bytes) {
        return new Call(api, listener, method, target, headers, bytes);
    }

    Call bearer(String token) {
        return with("Authorization: Bearer " + token);
    }

    Call with(String header) {
        List<String> more = new ArrayList<>(headers);
        more.add(header);
        return new Call(api, listener, method, target, more, body);
    }

    Call by(String otherMethod) {
        return new Call(api, listener, otherMethod, target, headers, body);
    }

    Call to(String otherTarget) {
        return new Call(api, listener, method, otherTarget, headers, body);
    }

    Call on(Listener other) {
        return new Call(api, other, method, target, headers, body);
    }

    /** To another process on the same database. */
    Call at(RunningApi other) {
        return new Call(other, listener, method, target, headers, body);
    }

    /** The body in chunks, without its length. */
    Call chunked() {
        byte[] head = (Integer.toHexString(body.length) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        byte[] end = "\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        byte[] chunk = new byte[head.length + body.length + end.length];
        System.arraycopy(head, 0, chunk, 0, head.length);
        System.arraycopy(body, 0, chunk, head.length, body.length);
        System.arraycopy(end, 0, chunk, head.length + body.length, end.length);
        return with("Transfer-Encoding: chunked").sending(chunk);
    }

    /** Sends it on a connection of its own. */
    Reply send() {
        try (Socket socket = connect()) {
            write(socket);
            return Reply.read(socket.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + target, e);
        }
    }

    Socket connect() throws IOException {
        URI uri = URI.create(api.url(listener));
        Socket socket = new Socket(uri.getHost(), uri.getPort());
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    /** What comes before the body. */
    String head() {
        StringBuilder head =
                new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: quarry\r\nConnection: close\r\n");
        headers.forEach(header -> head.append(header).append("\r\n"));
        if (headers.stream()
                .noneMatch(header -> header.startsWith("Transfer-Encoding:") || header.startsWith("Content-Length:"))) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        return head.append("\r\n").toString();
    }

    private void write(Socket socket) throws IOException {
        OutputStream out = socket.getOutputStream();
        try {
            out.write(head().getBytes(StandardCharsets.UTF_8));
            out.write(body);
            out.flush();
            socket.shutdownOutput(); // who announced more than it sent is not waited for
        } catch (IOException hungUp) {
            // Refused before all of it was sent: the answer says how.
        }
    }
}
