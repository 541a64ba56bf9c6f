package dev.quarry.proxy.run;

import org.jspecify.annotations.Nullable;

/** What a listed file is in this run. {@code write} says whether the ledger must be changed for it. */
record Verdict(
        Kind kind,
        @Nullable String reason,
        @Nullable String detail,
        @Nullable String lane,
        boolean write) {

    enum Kind {
        PENDING,
        UNCHANGED,
        CARRIED,
        FILTERED,
        NO_CONTENT,
        TOO_LARGE,
        ARCHIVED
    }

    static Verdict pending(String lane) {
        return new Verdict(Kind.PENDING, null, null, lane, true);
    }

    /** As the ledger has it. */
    static Verdict stillPending() {
        return new Verdict(Kind.PENDING, null, null, null, false);
    }

    static Verdict tooLarge(String lane, String detail) {
        return new Verdict(Kind.TOO_LARGE, "TOO_LARGE", detail, lane, true);
    }

    static Verdict filtered(String rule, boolean write) {
        return new Verdict(Kind.FILTERED, rule, null, null, write);
    }

    static Verdict noContent(String reason) {
        return new Verdict(Kind.NO_CONTENT, reason, null, null, true);
    }

    static Verdict archived(String lane) {
        return new Verdict(
                Kind.ARCHIVED, "ARCHIVED", "it lies in an archive of the store: restore it there", lane, true);
    }

    /** As the ledger calls it; for one that is written. */
    String outcome() {
        return kind == Kind.TOO_LARGE || kind == Kind.ARCHIVED ? "FAILED" : kind.name();
    }
}
