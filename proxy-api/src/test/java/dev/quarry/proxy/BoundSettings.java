package dev.quarry.proxy;

import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** Settings as Spring binds them at the program's start, from variables of its environment. */
public final class BoundSettings {
    /** What must be set before any other setting is looked at, as properties. */
    public static final Map<String, String> NEEDED = Map.of(
            "quarry.db.url", "jdbc:postgresql://127.0.0.1/quarry",
            "quarry.db.user", "quarry_app",
            "quarry.db.password-file", "/app.password",
            "quarry.db.owner-user", "quarry_owner",
            "quarry.db.owner-password-file", "/owner.password");

    private static final Map<String, String> SHIPPED = Map.of(
            "quarry.lanes[0].name", "documents",
            "quarry.lanes[0].image", "quarry-agent",
            "quarry.lanes[0].extractors", "tika");

    private BoundSettings() {}

    /** Beside what is needed. */
    public static QuarrySettings of(Map<String, String> variables) {
        return of(variables, Map.of());
    }

    /** Beside what is needed, and with properties of a file. */
    public static QuarrySettings of(Map<String, String> variables, Map<String, String> properties) {
        Map<String, String> all = new HashMap<>(NEEDED);
        all.putAll(properties);
        return bound(variables, all);
    }

    /** These variables alone. */
    static QuarrySettings ofNothingBut(Map<String, String> variables) {
        return bound(variables, Map.of());
    }

    private static QuarrySettings bound(Map<String, String> variables, Map<String, String> properties) {
        Map<String, Object> others = new HashMap<>(SHIPPED);
        others.putAll(properties);
        MutablePropertySources sources = new MutablePropertySources();
        sources.addLast(new SystemEnvironmentPropertySource("systemEnvironment", Map.copyOf(variables)));
        sources.addLast(new MapPropertySource("others", others));
        return new Binder(ConfigurationPropertySources.from(sources))
                .bind("quarry", QuarrySettings.class)
                .get();
    }
}
