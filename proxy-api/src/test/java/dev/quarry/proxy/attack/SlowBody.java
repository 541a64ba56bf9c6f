package dev.quarry.proxy.attack;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Requests whose bodies do not come at once. Those that never come are the listener's tests. */
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
}
