package dev.quarry.proxy.attack;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Requests whose bodies do not come at once. */
final class SlowBody {
    private SlowBody() {}

    /** Sends half of the body, lets something happen, and sends the rest. */
    static Reply send(Call call, Runnable meanwhile) {
        try (Socket socket = call.connect()) {
            OutputStream out = socket.getOutputStream();
            out.write(call.head().getBytes(StandardCharsets.UTF_8));
            int half = call.body().length / 2;
            out.write(call.body(), 0, half);
            out.flush();
            meanwhile.run();
            out.write(call.body(), half, call.body().length - half);
            return Reply.read(socket.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends half of the body and no more; the answer, and how long it took to come. */
    static Ended unfinished(Call call, Duration patience) {
        try (Socket socket = call.connect()) {
            socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
            OutputStream out = socket.getOutputStream();
            out.write(call.head().getBytes(StandardCharsets.UTF_8));
            out.write(call.body(), 0, call.body().length / 2);
            out.flush();
            long start = System.nanoTime();
            Reply reply = Reply.read(socket.getInputStream());
            return new Ended(reply, Duration.ofNanos(System.nanoTime() - start));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    record Ended(Reply reply, Duration after) {}
}
