package dev.quarry.proxy.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of a file from a store over the network. A connection that dies, or hardly moves, is replaced by another from the next byte on, under the same
 * condition, a few times in a row. Closing before the end cuts the connection: clients' own closing would first read all the rest.
 */
public abstract class ResumingStream extends InputStream {
    /**
     * One answer of the store.
     *
     * @param cut ends it without reading the rest
     */
    public record Body(InputStream bytes, Runnable cut) {}

    private final StoreLimits limits;
    private final String shown;
    private final long end;
    private long position;
    private int failures;
    private long waited;
    private long received;
    private boolean closed;
    private @Nullable Body body;

    /** @param shown what is read, for people */
    protected ResumingStream(StoreLimits limits, String shown, long offset, long length) {
        this.limits = limits;
        this.shown = shown;
        this.position = offset;
        this.end = offset + length;
    }

    /** Asks for the bytes from {@code position} up to {@code end}, which it holds the answer to. */
    protected abstract Body ask(long position, long end) throws IOException;

    /** What the client's own exceptions mean. */
    protected abstract StoreException mapped(RuntimeException failed);

    /** Called once, at the end. */
    protected abstract void giveBack();

    /** The first answer, so that a refusal is known before anything is read. */
    public final void open() throws StoreException {
        try {
            body = ask(position, end);
        } catch (StoreException refused) {
            throw refused;
        } catch (IOException failed) {
            throw new StoreAwayException(shown + ": no answer (" + failed.getMessage() + ")", failed);
        } catch (RuntimeException failed) {
            throw mapped(failed);
        }
    }

    protected final String shown() {
        return shown;
    }

    @Override
    public final int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public final int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0 || position == end) {
            return length == 0 ? 0 : -1;
        }
        while (true) {
            try {
                int count = some(into, offset, (int) Math.min(length, end - position));
                position += count;
                return count;
            } catch (StoreAwayException away) {
                again(away);
            } catch (StoreException settled) {
                throw settled;
            } catch (IOException failed) {
                again(failed);
            } catch (RuntimeException failed) {
                StoreException mapped = mapped(failed);
                if (!(mapped instanceof StoreAwayException)) {
                    throw mapped;
                }
                again(mapped);
            }
        }
    }

    private int some(byte[] into, int offset, int length) throws IOException {
        Body open = body;
        if (open == null) {
            open = ask(position, end);
            waited = 0;
            received = 0;
            body = open;
        }
        long begun = System.nanoTime();
        int count = open.bytes().read(into, offset, length);
        waited += System.nanoTime() - begun;
        if (count < 0) {
            throw new StoreAwayException(shown + ": the store ended it " + (end - position) + " bytes short");
        }
        received += count;
        if (received >= least()) {
            // Less would let a store that crawls go on for ever, a new connection at a time.
            failures = 0;
        }
        if (position + count < end) {
            refuseCrawling();
        }
        return count;
    }

    /** Only the time that the store took counts, never the reader's own. */
    private void refuseCrawling() throws StoreAwayException {
        if (waited < limits.silence().toNanos()) {
            return;
        }
        if (received < least()) {
            throw new StoreAwayException(shown + ": the store sends less than " + limits.slowest() + " bytes a second");
        }
        waited = 0;
        received = 0;
    }

    private long least() {
        return limits.slowest() * limits.silence().toMillis() / 1_000;
    }

    private void again(IOException failed) throws IOException {
        cut();
        if (closed || ++failures > limits.resumes()) {
            throw failed instanceof StoreException store
                    ? store
                    : new StoreAwayException(shown + ": the connection broke again and again", failed);
        }
        try {
            Thread.sleep(limits.backoff().toMillis() << (failures - 1));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a download was waiting for its store");
        }
    }

    private void cut() {
        if (body != null) {
            body.cut().run();
            body = null;
        }
    }

    @Override
    public final void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            if (position == end && body != null) {
                body.bytes().close();
            } else {
                cut();
            }
        } finally {
            giveBack();
        }
    }
}
