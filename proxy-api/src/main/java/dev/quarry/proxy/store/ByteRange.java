package dev.quarry.proxy.store;

/**
 * Part of a file.
 *
 * @param offset of its first byte
 * @param length bytes, at least 1; what lies past the file's end is cut off
 */
public record ByteRange(long offset, long length) {
    public ByteRange {
        if (offset < 0 || length < 1) {
            throw new IllegalArgumentException("not a range: offset " + offset + ", length " + length);
        }
    }
}
