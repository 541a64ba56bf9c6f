package dev.quarry.container.extractor;

import dev.quarry.container.BadEnvironmentException;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** One thing that confines an extractor. A rung counts only if the probe, started as extractors are, found it to hold. */
public enum Rung {
    CLEAN_ENVIRONMENT("it sees no variable but PATH, LANG, HOME and TMPDIR"),
    CLOSED_DESCRIPTORS("it inherits standard input, output and error only"),
    LIMITS("open files, core dumps and file sizes are limited, and no memory or messages outlive it"),
    NO_PRIVILEGES("it has no capability and can get none"),
    ONE_GROUP("what it starts stays in its process group"),
    OWN_USER("its user is neither root nor the agent's"),
    LANDLOCK("the kernel refuses paths that it was not given"),
    SECCOMP("the kernel refuses system calls that no extractor needs"),
    AGENT_HIDDEN("it cannot read the agent's memory, environment or command line"),
    FILES_HIDDEN(
            "it cannot read or watch a file that was not handed to it, nor write one that was, nor change the mode, owner, times or attributes of either"),
    NO_SOCKETS("it can open no socket of any family"),
    /** Execve only: an interpreter or the dynamic loader, which it may execute, runs what it reads, with the same rights. */
    NO_EXECUTION("it cannot execute what it wrote as a program of its own");

    /** What a job insists on unless an operator says otherwise. How it comes about (Landlock, another user) is the kernel's business. */
    public static final Set<Rung> DEFAULT_MINIMUM =
            Collections.unmodifiableSet(EnumSet.of(AGENT_HIDDEN, FILES_HIDDEN, NO_SOCKETS, NO_EXECUTION));

    private final String meaning;

    Rung(String meaning) {
        this.meaning = meaning;
    }

    /** As it is recorded with extractions and spelled in settings. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    String explained() {
        return label() + " (" + meaning + ")";
    }

    /**
     * @param setting labels with commas between, `none`, or empty for the default
     * @throws BadEnvironmentException for a label nobody knows
     */
    public static Set<Rung> minimum(String setting) {
        if (setting.isBlank()) {
            return DEFAULT_MINIMUM;
        }
        Set<Rung> minimum = EnumSet.noneOf(Rung.class);
        if (!setting.strip().equals("none")) {
            for (String label : setting.split(",", -1)) {
                minimum.add(named(label.strip(), setting));
            }
        }
        return Collections.unmodifiableSet(minimum);
    }

    private static Rung named(String label, String setting) {
        return Arrays.stream(values())
                .filter(rung -> rung.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new BadEnvironmentException("QUARRY_ISOLATION_MINIMUM is '" + setting
                        + "', expected none or rungs with commas between, of "
                        + Arrays.stream(values()).map(Rung::label).collect(Collectors.joining(", "))));
    }
}
