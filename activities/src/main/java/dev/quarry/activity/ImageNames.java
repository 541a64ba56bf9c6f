package dev.quarry.activity;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Settings that say what an image is on a backend: the variable PREFIX_QUARRY_AGENT speaks of the image quarry-agent. */
final class ImageNames {
    private ImageNames() {}

    static Map<String, String> in(Map<String, String> environment, String prefix) {
        Map<String, String> images = new HashMap<>();
        environment.forEach((name, value) -> {
            if (name.startsWith(prefix)) {
                images.put(
                        name.substring(prefix.length()).toLowerCase(Locale.ROOT).replace('_', '-'), value);
            }
        });
        return images;
    }
}
