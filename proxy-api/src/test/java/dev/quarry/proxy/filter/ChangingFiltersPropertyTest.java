package dev.quarry.proxy.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.run.TestStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import tools.jackson.databind.JsonNode;

/** Random trees under filters that change between runs: after each run the ledger is the store as the filters of that run have it, and all adds up. */
class ChangingFiltersPropertyTest {
    /**
     * Settings, and what they make of a path.
     *
     * @param isListed whether it lies in no folder that is ruled out
     * @param rule that it is FILTERED by
     */
    private record Setting(
            String filters,
            String ignoreFile,
            Function<String, Boolean> isListed,
            Function<String, Optional<String>> rule) {}

    private static final List<Setting> SETTINGS = List.of(
            new Setting("{}", "", path -> true, path -> Optional.empty()),
            new Setting(
                    "{\"exclude\":[\"*.log\"]}",
                    "",
                    path -> true,
                    path -> path.endsWith(".log") ? Optional.of("exclude:*.log") : Optional.empty()),
            new Setting(
                    "{\"exclude\":[\"d1/\"]}", "", path -> !("/" + path).contains("/d1/"), path -> Optional.empty()),
            new Setting(
                    "{\"include\":[\"d0/\"]}",
                    "",
                    path -> true,
                    path -> ("/" + path).contains("/d0/") ? Optional.empty() : Optional.of("include")),
            new Setting(
                    "{\"prefix\":\"d2\"}",
                    "",
                    path -> !path.contains("/") || path.startsWith("d2"),
                    path -> path.startsWith("d2") ? Optional.empty() : Optional.of("prefix")),
            new Setting(
                    "{}",
                    "*.log\n!f1.log\n/d0/d1/\n",
                    path -> !path.startsWith("d0/d1/"),
                    path -> path.endsWith(".log") && !path.endsWith("f1.log")
                            ? Optional.of("ignore:.quarryignore:1")
                            : Optional.empty()));

    @Property(tries = 15, shrinking = ShrinkingMode.OFF)
    void theLedgerIsTheStoreAsTheFiltersHaveIt(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        TestStore store = new TestStore();
        for (int generation = 0; generation < 6; generation++) {
            change(store, random);
            Setting setting = SETTINGS.get(random.nextInt(SETTINGS.size()));
            store.write(".quarryignore", setting.ignoreFile());
            assertThat(store.settings("{\"filters\":" + setting.filters() + "}").status())
                    .isEqualTo(200);
            JsonNode totals = store.open().complete();
            Map<String, String> expected = expected(store, setting);
            assertThat(store.ledger()).as(setting.toString()).isEqualTo(expected);
            assertThat(totals.get("balanced").asBoolean()).as(totals.toString()).isTrue();
            assertThat(totals.get("listed").asInt()).isEqualTo(expected.size());
        }
    }

    private static void change(TestStore store, Random random) throws IOException {
        for (int i = 0; i < 6; i++) {
            StringBuilder path = new StringBuilder();
            for (int depth = random.nextInt(3); depth > 0; depth--) {
                path.append('d').append(random.nextInt(3)).append('/');
            }
            path.append('f').append(random.nextInt(4)).append(random.nextBoolean() ? ".log" : ".txt");
            if (random.nextInt(4) == 0) {
                Files.deleteIfExists(store.root.resolve(path.toString()));
            } else {
                store.write(path.toString(), "content " + random.nextInt());
            }
        }
    }

    private static Map<String, String> expected(TestStore store, Setting setting) throws IOException {
        Map<String, String> expected = new TreeMap<>();
        try (Stream<Path> all = Files.walk(store.root)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                String path = store.root.relativize(file).toString();
                if (path.equals(".quarryignore")) {
                    expected.put(path, "FILTERED(hidden)");
                } else if (setting.isListed().apply(path)) {
                    expected.put(
                            path,
                            setting.rule()
                                    .apply(path)
                                    .map(rule -> "FILTERED(" + rule + ")")
                                    .orElse("INDEXED"));
                }
            }
        }
        return expected;
    }
}
