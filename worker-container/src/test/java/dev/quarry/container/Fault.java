package dev.quarry.container;

/**
 * What goes wrong with one call.
 *
 * @param status answered instead of doing it, if not 0
 * @param loseReply does it, and breaks the connection instead of answering
 * @param cutAfter sends this many bytes of the content and breaks the connection, if not negative
 */
record Fault(int status, String code, boolean loseReply, int cutAfter) {
    static Fault refuse(int status, String code) {
        return new Fault(status, code, false, -1);
    }

    static Fault lostReply() {
        return new Fault(0, "", true, -1);
    }

    static Fault cutAfter(int bytes) {
        return new Fault(0, "", false, bytes);
    }
}
