package dev.quarry.proxy.lane;

import dev.quarry.proxy.BoundSettings;
import dev.quarry.proxy.QuarrySettings;
import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** Lanes as an operator writes them: bound by Spring, as at the program's start. */
public final class LaneSettings {
    private LaneSettings() {}

    /** @param settings names and values in turn, without {@code quarry.}; lane 0 is called video unless they say otherwise */
    public static Lanes lanes(String... settings) {
        Map<String, String> all = new HashMap<>(BoundSettings.NEEDED);
        all.putAll(Map.of(
                "quarry.lanes[0].name", "video",
                "quarry.lanes[0].image", "quarry-agent",
                "quarry.lanes[0].extractors", "noop"));
        for (int i = 0; i < settings.length; i += 2) {
            all.put("quarry." + settings[i], settings[i + 1]);
        }
        return new Lanes(new Binder(new MapConfigurationPropertySource(all))
                .bind("quarry", QuarrySettings.class)
                .get());
    }
}
