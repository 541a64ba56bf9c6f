package dev.quarry.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.lane.Lane;
import dev.quarry.proxy.lane.SizeClass;
import dev.quarry.proxy.listener.Tls;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** An operator finds every setting on one page. */
class DocumentedSettingsTest {
    private static final Pattern NAME =
            Pattern.compile("(?<![\\w.])(QUARRY_\\w+|[a-z][a-z-]*(\\[[ij]])?\\.[\\w\\[\\].-]+|_[A-Z]\\w*|\\.[a-z-]+)");

    @Test
    void everySettingOfTheApiIsOnTheOperationsPage() throws IOException {
        Set<String> named = names(Files.readString(Path.of("../docs/operations.md")));
        assertThat(settings("", QuarrySettings.class)).hasSizeGreaterThan(100);
        assertThat(settings("", QuarrySettings.class)
                        .filter(setting -> Stream.of(spellings(setting)).noneMatch(named::contains)))
                .isEmpty();
    }

    /** As properties without {@code quarry.}; {@code NAME} is what an operator calls something. */
    private static Stream<String> settings(String prefix, Class<?> type) {
        return Arrays.stream(type.getRecordComponents()).flatMap(component -> settings(prefix, component));
    }

    private static Stream<String> settings(String prefix, RecordComponent component) {
        String name = prefix + kebab(component.getName().replaceAll("Listener$", "")); // public is no name in Java
        Class<?> type = component.getType();
        if (type == Tls.Certificate.class) {
            return settings("tls.control.", type); // one listener stands for all
        }
        if (type == Map.class) {
            return settings(name + ".NAME.", (Class<?>) argument(component.getGenericType(), 1));
        }
        if (component.getGenericType() instanceof ParameterizedType list
                && Set.<Type>of(Lane.class, SizeClass.class).contains(argument(list, 0))) {
            String index = prefix.isEmpty() ? "[i]." : "[j].";
            return settings(name + index, (Class<?>) argument(list, 0));
        }
        return type.isRecord() ? settings(name + ".", type) : Stream.of(name);
    }

    private static Type argument(Type generic, int i) {
        return ((ParameterizedType) generic).getActualTypeArguments()[i];
    }

    private static String kebab(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    /** The property, and the two forms of its variable. */
    private static String[] spellings(String setting) {
        String variable = "QUARRY_" + setting.replace('.', '_').toUpperCase(Locale.ROOT);
        return new String[] {setting, variable.replace("-", ""), variable.replace('-', '_')};
    }

    /** {@code _SUFFIX} and {@code .suffix} are the name before them with another end. */
    private static Set<String> names(String page) {
        Set<String> names = new HashSet<>();
        String before = "";
        Matcher next = NAME.matcher(page);
        while (next.find()) {
            String name = next.group();
            char first = name.charAt(0);
            if (first == '_' || first == '.') {
                for (int i = before.indexOf(first); i >= 0; i = before.indexOf(first, i + 1)) {
                    names.add(before.substring(0, i) + name);
                }
            } else {
                before = name;
                names.add(name);
            }
        }
        return names;
    }
}
