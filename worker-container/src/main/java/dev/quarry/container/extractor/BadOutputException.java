package dev.quarry.container.extractor;

/** An extractor's output breaks the rules of output: not a regular file, too large, not JSON. */
final class BadOutputException extends Exception {
    BadOutputException(String message) {
        super(message);
    }
}
