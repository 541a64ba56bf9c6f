package dev.quarry.activity;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a site tells its agents besides what each job is told: its QUARRY_AGENT_LOOKAHEAD is their QUARRY_LOOKAHEAD. Readable in job specs, so no secrets. */
final class AgentSettings {
    static final String PREFIX = "QUARRY_AGENT_";

    /** The others are a job's own, or the image's. */
    private static final Set<String> NAMES = new TreeSet<>(Set.of(
            "CONCURRENCY",
            "EXTRACTORS",
            "EXTRACTOR_UID",
            "ISOLATION_MINIMUM",
            "LOG_LEVEL",
            "LOOKAHEAD",
            "PATIENCE",
            "READ_TIMEOUT",
            "TERMINATION"));

    private AgentSettings() {}

    /** @throws IllegalArgumentException if the environment has a setting that agents do not */
    static Map<String, String> in(Map<String, String> environment) {
        Map<String, String> settings = new TreeMap<>();
        environment.forEach((variable, value) -> {
            if (variable.startsWith(PREFIX)) {
                settings.put("QUARRY_" + known(variable), value);
            }
        });
        return settings;
    }

    private static String known(String variable) {
        String name = variable.substring(PREFIX.length());
        if (!NAMES.contains(name)) {
            throw new IllegalArgumentException(
                    variable + " is no setting of agents; after " + PREFIX + " there may come " + NAMES);
        }
        return name;
    }
}
