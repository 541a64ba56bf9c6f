package dev.quarry.proxy.attempt;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 of an item's bytes as far as they have passed. Of one version of a file: what passes again, because an agent lost it, is what it was. */
final class RunningDigest {
    private final MessageDigest sha256 = sha256();
    private long seen;

    /** From the beginning. */
    long seen() {
        return seen;
    }

    /** @param offset of the first of these bytes; not beyond {@link #seen} */
    void pass(long offset, byte[] bytes, int length) {
        int known = (int) Math.min(length, seen - offset);
        sha256.update(bytes, known, length - known);
        seen += length - known;
    }

    /** At the end, once. */
    byte[] value() {
        return sha256.digest();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JVM has SHA-256", impossible);
        }
    }
}
