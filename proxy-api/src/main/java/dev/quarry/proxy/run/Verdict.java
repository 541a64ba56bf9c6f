package dev.quarry.proxy.run;

import org.jspecify.annotations.Nullable;

/** What a listed file is in this run. {@code write} says whether the ledger must be changed for it. */
record Verdict(Kind kind, @Nullable String reason, @Nullable String lane, boolean write) {

    enum Kind {
        PENDING,
        UNCHANGED,
        CARRIED,
        FILTERED,
        NO_CONTENT
    }

    static Verdict pending(String lane) {
        return new Verdict(Kind.PENDING, null, lane, true);
    }
}
