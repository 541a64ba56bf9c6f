package dev.quarry.proxy.run;

/** What a run was told to do, as far as whoever wants another thing of it cannot be content with it. */
enum RunKind {
    WHOLE("indexes"),
    LISTING("only lists"),
    KEYS("looks at some keys only");

    private final String does;

    RunKind(String does) {
        this.does = does;
    }

    static RunKind of(boolean dispatch, boolean keys) {
        if (keys) {
            return KEYS;
        }
        return dispatch ? WHOLE : LISTING;
    }

    static RunKind of(RunRow run) {
        return of(run.dispatch(), run.keyList().isPresent());
    }

    /** For people: a run that ... */
    String does() {
        return does;
    }
}
