package dev.quarry.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.listener.Listener;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LargeBodiesTest {
    private static final int HUNDRED_MEGABYTES = 100 * 1024 * 1024;

    private final RunningApi api = RunningApi.shared();

    @Test
    void aBodyOfAHundredMegabytesWithoutALengthIsCutOffEarly() throws IOException {
        assertThat(sentBeforeCutOff(Listener.CONTROL, "/control/v1/runs")).isLessThan(HUNDRED_MEGABYTES / 2);
        assertThat(sentBeforeCutOff(Listener.PUBLIC, "/api/v1/stores")).isLessThan(HUNDRED_MEGABYTES / 2);
        assertThat(api.get(Listener.PUBLIC, "", "/actuator/health").status()).isEqualTo(200);
    }

    @Test
    void aBodyThatAnnouncesTooMuchIsRefusedBeforeItIsSent() {
        String large = "{\"name\":\"" + "a".repeat(2 * 1024 * 1024) + "\"}";
        RunningApi.Answer refused = api.post(Listener.PUBLIC, api.token(Listener.PUBLIC), "/api/v1/stores", large);
        assertThat(refused.status()).isEqualTo(413);
        assertThat(refused.json().get("code").asString()).isEqualTo("too_large");
    }

    /** Chunks of an object full of spaces, which a parser would read to its end, until the server hangs up. */
    private long sentBeforeCutOff(Listener listener, String path) throws IOException {
        URI uri = URI.create(api.url(listener));
        byte[] spaces = " ".repeat(64 * 1024).getBytes(StandardCharsets.US_ASCII);
        long sent = 0;
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            OutputStream out = socket.getOutputStream();
            write(
                    out,
                    "POST " + path
                            + " HTTP/1.1\r\nHost: quarry\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nAuthorization: Bearer "
                            + api.token(listener) + "\r\n\r\n1\r\n{\r\n");
            while (sent < HUNDRED_MEGABYTES) {
                write(out, Integer.toHexString(spaces.length) + "\r\n");
                out.write(spaces);
                write(out, "\r\n");
                sent += spaces.length;
            }
        } catch (IOException hungUp) {
            return sent;
        }
        return sent;
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
    }
}
