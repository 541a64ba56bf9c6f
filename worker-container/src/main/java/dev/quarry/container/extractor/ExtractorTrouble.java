package dev.quarry.container.extractor;

/** An extractor's process did not come to an answer for the item in hand; its process is gone. */
public final class ExtractorTrouble extends Exception {
    /** What went wrong, and what is done about it. */
    public enum Kind {
        CRASHED(true),
        TIMED_OUT(true),
        NO_PROGRESS(true),
        OUT_OF_MEMORY(true),
        EXTRACTOR_ERROR(false), // it broke the rules: another try will break them again
        STOPPED(false); // the agent stopped it: the disk is full, or the attempt is over

        private final boolean worthAnotherTry;

        Kind(boolean worthAnotherTry) {
            this.worthAnotherTry = worthAnotherTry;
        }

        public boolean worthAnotherTry() {
            return worthAnotherTry;
        }
    }

    private final Kind kind;

    ExtractorTrouble(Kind kind, String detail) {
        super(detail);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    public String detail() {
        String message = getMessage();
        return message == null ? kind.name() : message;
    }
}
