package dev.quarry.proxy.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Results and artifacts have a time of their own, longer than that of other bodies; a drip does not outlast it. */
@ExtendWith(Tally.class)
class SlowUploadsTest {
    private static final int BYTES = 10_000;
    private static final long PATIENCE_NANOS = 15_000_000_000L;
    private static final RunningApi API =
            RunningApi.shared().beside(Map.of("quarry.http.body", "200ms", "quarry.http.upload", "2s"));

    private final Victim victim = Victim.running();

    @AfterAll
    static void close() {
        API.close();
    }

    @Test
    void resultsThatDripAreRefusedAfterTheirTime() throws IOException {
        isRefused(victim.results().sending(new byte[BYTES]).at(API), ' ');
    }

    @Test
    void anArtifactThatDripsIsRefusedAfterItsTimeAndIsNotKept() throws IOException {
        isRefused(victim.artifact(0, "a.jpg").sending(new byte[BYTES]).at(API), 'x');
        assertThat(API.superuser()
                        .sql("select count(*) from quarry.artifact where attempt = ?::uuid")
                        .param(victim.attempt)
                        .query(Long.class)
                        .single())
                .isZero();
    }

    private static void isRefused(Call call, char drop) throws IOException {
        try (Socket socket = call.connect()) {
            OutputStream out = socket.getOutputStream();
            out.write(call.head().getBytes(StandardCharsets.UTF_8));
            long begin = System.nanoTime();
            while (socket.getInputStream().available() == 0) {
                out.write(drop);
                LockSupport.parkNanos(100_000_000);
                assertThat(System.nanoTime() - begin).isLessThan(PATIENCE_NANOS);
            }
            assertThat(System.nanoTime() - begin)
                    .as("the time of uploads, not of other bodies")
                    .isGreaterThan(1_500_000_000L);
            Reply reply = Reply.read(socket.getInputStream());
            Tally.count("an upload that drips", reply);
            assertThat(reply.status()).as(reply.body()).isEqualTo(408);
            assertThat(reply.body()).contains("too_slow");
        }
    }
}
