package dev.quarry.proxy.attempt;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Lines that are read and written together: as many as a transaction holds its attempt open for, and as much as they take of the heap, are bounded by that.
 *
 * @param memory that they may take while they are read, at most
 */
record LineBatch(List<ByteBuffer> lines, long memory) {
    private static final int MOST_LINES = 500;
    private static final long MOST_MEMORY = 32L * 1024 * 1024;

    /** The first ones, at least one. */
    static LineBatch from(List<ByteBuffer> lines) {
        int count = 0;
        long memory = 0;
        for (ByteBuffer line : lines) {
            long more = ResultLines.memory(line.limit());
            if (count > 0 && (count == MOST_LINES || memory + more > MOST_MEMORY)) {
                break;
            }
            memory += more;
            count++;
        }
        return new LineBatch(lines.subList(0, count), memory);
    }
}
