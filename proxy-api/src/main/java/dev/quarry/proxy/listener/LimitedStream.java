package dev.quarry.proxy.listener;

import dev.quarry.proxy.problem.Problem;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.time.Duration;
import org.springframework.http.HttpStatus;

/** A body that ends as a {@link Problem} when it is too long or too slow. */
final class LimitedStream extends ServletInputStream {
    private final ServletInputStream in;
    private final long max;
    private final long deadline;
    private long read;

    LimitedStream(ServletInputStream in, long max, Duration time) {
        this.in = in;
        this.max = max;
        this.deadline = System.nanoTime() + time.toNanos();
    }

    @Override
    public int read() throws IOException {
        int next = in.read();
        count(next < 0 ? 0 : 1);
        return next;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int some = in.read(bytes, offset, length);
        count(Math.max(some, 0));
        return some;
    }

    private void count(int more) {
        read += more;
        if (read > max) {
            throw tooLarge(max);
        }
        if (System.nanoTime() - deadline > 0) {
            throw new Problem(HttpStatus.REQUEST_TIMEOUT, "too_slow", "the body did not come in time");
        }
    }

    static Problem tooLarge(long max) {
        return new Problem(HttpStatus.PAYLOAD_TOO_LARGE, "too_large", "the body has more than " + max + " bytes");
    }

    @Override
    public boolean isFinished() {
        return in.isFinished();
    }

    @Override
    public boolean isReady() {
        return in.isReady();
    }

    @Override
    public void setReadListener(ReadListener listener) {
        in.setReadListener(listener);
    }
}
