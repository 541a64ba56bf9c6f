package dev.quarry.proxy.lane;

import dev.quarry.proxy.QuarrySettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.springframework.stereotype.Component;

/** The lanes that this deployment registered. */
@Component
public class Lanes {
    private final Map<String, Lane> byName = new LinkedHashMap<>();
    private final Map<String, List<Predicate<String>>> accepts = new LinkedHashMap<>();
    private final Map<String, JobSizes> sizes = new LinkedHashMap<>();

    /** @throws IllegalArgumentException naming the setting, if the lanes cannot be as they are registered */
    public Lanes(QuarrySettings settings) {
        for (Lane lane : settings.lanes()) {
            if (byName.put(lane.name(), lane) != null) {
                throw new IllegalArgumentException("quarry.lanes: lane '" + lane.name() + "' is registered twice");
            }
            accepts.put(lane.name(), lane.accepts().stream().map(Lanes::pattern).toList());
            sizes.put(lane.name(), JobSizes.of(lane, settings));
        }
    }

    /** The lane that a file goes to by its name and size, or none if no lane accepts it. */
    public Optional<Lane> route(String displayName, long size) {
        String name = displayName.toLowerCase(Locale.ROOT);
        return byName.values().stream()
                .filter(lane -> lane.holds(size)
                        && accepts.getOrDefault(lane.name(), List.of()).stream()
                                .anyMatch(pattern -> pattern.test(name)))
                .findFirst();
    }

    /** Empty if it is not registered, or not any more. */
    public Optional<Lane> registered(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** @throws IllegalStateException if a unit names a lane that is no longer registered */
    public Lane byName(String name) {
        return registered(name)
                .orElseThrow(() -> new IllegalStateException("lane '" + name
                        + "' is not registered any more; add it to quarry.lanes again or cancel the run"));
    }

    /**
     * How large the jobs of a lane are.
     *
     * @throws IllegalStateException as {@link #byName}
     */
    public JobSizes sizes(String lane) {
        return Objects.requireNonNull(sizes.get(byName(lane).name()));
    }

    /** What a fingerprint says about extractors: if it differs, a file is extracted again. */
    public String extractorSet() {
        TreeSet<String> all = new TreeSet<>();
        for (Lane lane : byName.values()) {
            lane.extractors().forEach(extractor -> all.add(lane.name() + "/" + extractor));
            lane.extractorVersions().forEach(version -> all.add(lane.name() + "/" + version));
        }
        return String.join(",", all);
    }

    private static Predicate<String> pattern(String accepted) {
        return NamePattern.of(accepted.toLowerCase(Locale.ROOT));
    }
}
