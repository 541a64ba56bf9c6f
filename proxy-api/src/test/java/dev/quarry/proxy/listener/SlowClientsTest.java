package dev.quarry.proxy.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class SlowClientsTest {
    private static final RunningApi API =
            RunningApi.shared().beside(Map.of("quarry.http.silence", "500ms", "quarry.http.body", "1s"));

    @AfterAll
    static void close() {
        API.close();
    }

    @Test
    void aHeaderThatDoesNotEndIsHungUpOn() throws IOException {
        try (Socket socket = connect()) {
            write(socket, "GET /actuator/health HTTP/1.1\r\nHost: quarry\r\nX-Long: ");
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        try (Socket socket = connect()) {
            write(socket, "GET /actuator/health HTTP/1.1\r\nHost: quarry\r\nConnection: close\r\n\r\n");
            assertThat(answer(socket.getInputStream())).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void aBodyThatStopsIsHungUpOn() throws IOException {
        try (Socket socket = connect()) {
            write(socket, head(100) + "{");
            assertThat(answer(socket.getInputStream())).startsWith("HTTP/1.1 408");
        }
    }

    @Test
    void aBodyThatDripsIsRefusedAfterItsTime() throws IOException {
        try (Socket socket = connect()) {
            write(socket, head(10_000) + "{");
            long begin = System.nanoTime();
            while (socket.getInputStream().available() == 0) {
                write(socket, " ");
                LockSupport.parkNanos(100_000_000);
                assertThat(System.nanoTime() - begin).isLessThan(15_000_000_000L);
            }
            assertThat(answer(socket.getInputStream()))
                    .startsWith("HTTP/1.1 408")
                    .contains("too_slow");
        }
    }

    @Test
    void aBodyThatComesInTimeIsRead() throws IOException {
        try (Socket socket = connect()) {
            write(socket, head(2) + "{");
            LockSupport.parkNanos(200_000_000);
            write(socket, "}");
            assertThat(answer(socket.getInputStream())).startsWith("HTTP/1.1 422");
        }
    }

    private static String head(int length) {
        return "POST /api/v1/stores HTTP/1.1\r\nHost: quarry\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: "
                + length + "\r\nAuthorization: Bearer " + API.token(Listener.PUBLIC) + "\r\n\r\n";
    }

    private static Socket connect() throws IOException {
        URI uri = URI.create(API.url(Listener.PUBLIC));
        Socket socket = new Socket(uri.getHost(), uri.getPort());
        socket.setSoTimeout(15_000);
        return socket;
    }

    private static void write(Socket socket, String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private static String answer(InputStream in) throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
}
