package dev.quarry.proxy.attempt;

import java.io.IOException;
import java.io.OutputStream;
import org.apache.catalina.connector.ClientAbortException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to the agent. Of a store that is slow nothing is held back for long: only who is written to is known to be there still, so an agent that went
 * away would keep its store's connection. And an agent that hardly reads gives its download's place up: it saves the bytes before it works on them, so
 * there is nothing that it could be slow for.
 */
final class AgentStream {
    private static final Logger LOG = LoggerFactory.getLogger(AgentStream.class);
    private static final long HELD_NANOS = 200_000_000;
    /** What is written at once: its time is known only after. */
    private static final int PIECE = 64 * 1024;

    private final OutputStream out;
    private final AttemptLimits limits;
    private final String shown;
    private long flushed = System.nanoTime();
    private long waited;
    private long read;

    AgentStream(OutputStream out, AttemptLimits limits, AttemptTokens.Claims claims, int n) {
        this.out = out;
        this.limits = limits;
        this.shown = "attempt " + claims.attempt() + ", item " + n;
    }

    /** @throws IOException if the agent is gone, or reads too slowly to be waited for */
    void send(byte[] bytes, int length) throws IOException {
        for (int offset = 0; offset < length; offset += PIECE) {
            send(bytes, offset, Math.min(PIECE, length - offset));
        }
    }

    private void send(byte[] bytes, int offset, int length) throws IOException {
        long begun = System.nanoTime();
        out.write(bytes, offset, length);
        if (begun - flushed > HELD_NANOS) {
            out.flush();
            flushed = System.nanoTime();
        }
        waited += System.nanoTime() - begun;
        read += length;
        refuseCrawling();
    }

    /**
     * Ends the response short of its length: the server closes the connection, and the log says whose it was. Of what it is told it takes only an abort by the
     * client for something that needs no page of errors: any other would be sent through our filters again, whose refusal of it would be two stack traces.
     */
    ClientAbortException ended(String why) throws IOException {
        LOG.warn("{}: a download was ended, {}", shown, why);
        out.flush(); // what has no head yet would get a page of errors all the same
        return new ClientAbortException(why);
    }

    /** Only the time that the agent took counts, never the store's; all of it, since a socket takes little for long and then much at once. */
    private void refuseCrawling() throws IOException {
        if (waited < limits.patience().toNanos()) {
            return;
        }
        if (read < limits.slowest() * (waited / 1e9)) {
            throw ended("its agent reads less than " + limits.slowest() + " bytes a second");
        }
        waited = 0;
        read = 0;
    }
}
