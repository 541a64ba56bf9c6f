package dev.quarry.proxy.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.run.TestStore.TestRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;

/** Random trees, changed at random over several runs that end in different ways: the ledger is the store, and the books balance. */
class LedgerPropertyTest {
    private static final String[] CARRIED = {"CRASHED", "CORRUPT", "OUT_OF_MEMORY"};
    private static final String[] RETRIED = {"NOT_READABLE", "NOT_PLACED", "CHANGED_WHILE_READING"};

    @Property(tries = 60, shrinking = ShrinkingMode.OFF)
    void theLedgerIsTheStoreAndAddsUp(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        Model model = new Model(new TestStore(), random);
        model.change(12);
        for (int generation = 1; generation <= 5; generation++) {
            model.run();
            model.change(6);
        }
        model.complete();
    }

    /** What a file is expected to be; the tree on disk is the other half of the model. */
    private static final class Model {
        private final TestStore store;
        private final Random random;
        /** Path to outcome with reason, for files whose present content was concluded for good. */
        private final Map<String, String> concluded = new HashMap<>();
        /** New path to the path under which the ledger has the file INDEXED: it should be found to have moved. */
        private final Map<String, String> moved = new HashMap<>();

        /** New paths of which a run that ended early may or may not have deleted the old one. */
        private final Set<String> perhapsMoved = new HashSet<>();

        private int writes;

        Model(TestStore store, Random random) {
            this.store = store;
            this.random = random;
        }

        void change(int changes) throws IOException {
            for (int i = 0; i < changes; i++) {
                List<String> files = files();
                int kind = random.nextInt(13);
                if (kind >= 10 && !files.isEmpty()) {
                    move(files.get(random.nextInt(files.size())), newPath());
                } else if (kind < 6 || files.isEmpty()) {
                    write(newPath());
                } else if (kind < 8) {
                    write(files.get(random.nextInt(files.size())));
                } else {
                    delete(files.get(random.nextInt(files.size())));
                }
            }
        }

        private String newPath() {
            StringBuilder path = new StringBuilder();
            for (int depth = random.nextInt(3); depth > 0; depth--) {
                path.append(random.nextInt(8) == 0 ? ".h" : "d")
                        .append(random.nextInt(3))
                        .append('/');
            }
            return path.append(random.nextInt(8) == 0 ? ".f" : "f")
                    .append(random.nextInt(12))
                    .toString();
        }

        private void write(String path) {
            if (Files.isDirectory(store.root.resolve(path))) {
                return;
            }
            store.write(path, random.nextInt(8) == 0 ? "" : "content " + writes++);
            concluded.remove(path);
            moved.remove(path);
            perhapsMoved.remove(path);
        }

        /** Under a name that nothing has; a file moved over another is a change of that other. */
        private void move(String from, String to) throws IOException {
            Path target = store.root.resolve(to);
            if (Files.exists(target) || files().stream().anyMatch(file -> to.startsWith(file + "/"))) {
                return;
            }
            Files.createDirectories(parentOf(target));
            Files.move(store.root.resolve(from), target);
            boolean indexed = "INDEXED".equals(concluded.remove(from));
            String known = moved.remove(from);
            if (perhapsMoved.remove(from)) {
                perhapsMoved.add(to);
            }
            if (store.ledger().containsKey(to)) {
                // Known under that name, too: a change of what was there.
                perhapsMoved.add(to);
            } else if (indexed || known != null) {
                moved.put(to, known == null ? from : known);
            }
        }

        private static Path parentOf(Path file) {
            return java.util.Objects.requireNonNull(file.getParent());
        }

        /** A file, or now and then the folder that it lies in. */
        private void delete(String path) throws IOException {
            Path file = store.root.resolve(path);
            boolean folder = path.contains("/") && random.nextInt(3) == 0;
            String gone = folder ? path.substring(0, path.indexOf('/')) : path;
            FileSystemUtils.deleteRecursively(folder ? store.root.resolve(gone) : file);
            concluded.keySet().removeIf(known -> known.equals(gone) || known.startsWith(gone + "/"));
            moved.keySet().removeIf(known -> known.equals(gone) || known.startsWith(gone + "/"));
            perhapsMoved.removeIf(known -> known.equals(gone) || known.startsWith(gone + "/"));
        }

        private List<String> files() {
            try (java.util.stream.Stream<Path> all = Files.walk(store.root)) {
                return new ArrayList<>(all.filter(Files::isRegularFile)
                        .map(file -> store.root.relativize(file).toString())
                        .sorted()
                        .toList());
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        /** One run, with one of the ways to end. */
        void run() throws IOException {
            switch (random.nextInt(5)) {
                case 0 -> cancelled();
                case 1 -> abandoned();
                case 2 -> listingOnly();
                default -> complete();
            }
        }

        void complete() {
            Map<String, String> failures = failures();
            TestRun run = store.open();
            run.walk();
            int alreadyDone =
                    (int) files().stream().filter(concluded::containsKey).count();
            List<String> found = foundMoved();
            found.forEach(path -> {
                failures.remove(path);
                concluded.put(path, "INDEXED");
            });
            // They are INDEXED either way.
            failures.keySet().removeAll(perhapsMoved);
            int most = found.size() + perhapsMoved.size();
            moved.clear();
            perhapsMoved.clear();
            work(run, failures, Integer.MAX_VALUE);
            JsonNode totals = run.close(false);
            Map<String, String> expected = expected(failures);
            assertThat(store.ledger()).isEqualTo(expected);
            assertAddsUp(totals);
            assertThat(totals.get("listed").asInt()).isEqualTo(expected.size());
            assertThat(totals.get("unchanged").asInt() + totals.get("carried").asInt())
                    .isEqualTo(alreadyDone);
            assertThat(totals.get("moved").asInt()).isBetween(found.size(), most);
            assertThat(totals.get("state").asString())
                    .isEqualTo(
                            expected.values().stream().anyMatch(outcome -> outcome.startsWith("FAILED"))
                                    ? "COMPLETED_WITH_FAILURES"
                                    : "COMPLETED");
            expected.forEach((path, outcome) -> {
                boolean retried = outcome.startsWith("FAILED")
                        && java.util.Arrays.stream(RETRIED).anyMatch(outcome::contains);
                if (!outcome.startsWith("FILTERED") && !retried) {
                    concluded.put(path, outcome);
                }
            });
        }

        /** Those whose old path is free, if they are not hidden now. The ledger must still have them, which after a run that ended early is not sure. */
        private List<String> foundMoved() {
            return moved.entrySet().stream()
                    .filter(entry ->
                            !isHidden(entry.getKey()) && !Files.isRegularFile(store.root.resolve(entry.getValue())))
                    .map(Map.Entry::getKey)
                    .toList();
        }

        private static boolean isHidden(String path) {
            return path.startsWith(".") || path.contains("/.");
        }

        /** Lists and compares: what was moved is moved in the ledger, too. */
        private void listingOnly() {
            TestRun run = store.openListingOnly();
            run.walk();
            List<String> found = foundMoved();
            found.forEach(path -> concluded.put(path, "INDEXED"));
            int most = found.size() + perhapsMoved.size();
            // A hidden one is not looked for, and its old row stays.
            found.forEach(moved::remove);
            perhapsMoved.addAll(moved.keySet());
            moved.clear();
            JsonNode totals = run.close(false);
            assertThat(totals.get("listed").asInt()).isEqualTo(files().size());
            assertThat(totals.get("moved").asInt()).isBetween(found.size(), most);
            assertAddsUp(totals);
            learn();
        }

        /** Cancelled somewhere: what was not concluded must be tried again by the next run. */
        private void cancelled() {
            TestRun run = store.open();
            if (random.nextBoolean()) {
                run.advance();
            } else {
                run.walk();
            }
            work(run, Map.of(), random.nextInt(3));
            JsonNode totals = run.close(true);
            assertThat(totals.get("state").asString()).isEqualTo("CANCELLED");
            assertThat(totals.get("pending").asInt()).isZero();
            assertAddsUp(totals);
            learn();
        }

        /** The chain dies with units open; the next run aborts this one. */
        private void abandoned() {
            TestRun run = store.open();
            run.advance();
            if (random.nextBoolean()) {
                run.walkAfter(1);
            }
            work(run, Map.of(), random.nextInt(3));
            run.take(2);
            learn();
        }

        /** Packs all, concludes some. */
        private void work(TestRun run, Map<String, String> failures, int most) {
            int done = 0;
            for (List<UUID> units = run.take(4); !units.isEmpty(); units = run.take(4)) {
                for (UUID unit : units) {
                    if (done++ < most) {
                        run.conclude(unit, failures);
                    }
                }
                if (done >= most) {
                    return;
                }
            }
        }

        private Map<String, String> failures() {
            Map<String, String> failures = new HashMap<>();
            for (String path : files()) {
                switch (random.nextInt(6)) {
                    case 0 -> failures.put(path, CARRIED[random.nextInt(CARRIED.length)]);
                    case 1 -> failures.put(path, RETRIED[random.nextInt(RETRIED.length)]);
                    default -> {}
                }
            }
            return failures;
        }

        private Map<String, String> expected(Map<String, String> failures) {
            Map<String, String> expected = new TreeMap<>();
            for (String path : files()) {
                expected.put(path, expected(path, failures));
            }
            return expected;
        }

        private String expected(String path, Map<String, String> failures) {
            if (isHidden(path)) {
                return "FILTERED(hidden)";
            }
            if (concluded.containsKey(path)) {
                return concluded.getOrDefault(path, "");
            }
            if (store.root.resolve(path).toFile().length() == 0) {
                return "NO_CONTENT(EMPTY)";
            }
            return failures.containsKey(path) ? "FAILED(" + failures.get(path) + ")" : "INDEXED";
        }

        /** After a run that ended early: what it did conclude of the content that is there now. */
        private void learn() {
            perhapsMoved.addAll(moved.keySet());
            moved.clear();
            List<String> files = files();
            store.ledger().forEach((path, outcome) -> {
                if (files.contains(path) && outcome.matches("INDEXED|NO_CONTENT.*") && isSeen(path)) {
                    concluded.put(path, outcome);
                }
            });
        }

        /** Whether the ledger's outcome is of the present content: it is if the ledger saw the size and time that are on disk. */
        private boolean isSeen(String path) {
            try {
                java.time.Instant modified =
                        Files.getLastModifiedTime(store.root.resolve(path)).toInstant();
                return TestStore.superuser()
                        .sql("""
                                select f.version = f.concluded_version and f.version like '%-' || :time || '-%' from quarry.file f
                                join quarry.store s on s.id = f.store where s.name = :store and f.path = :path""")
                        .param("time", modified.getEpochSecond() + "." + modified.getNano())
                        .param("store", store.name)
                        .param("path", path)
                        .query(Boolean.class)
                        .single();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        private static void assertAddsUp(JsonNode totals) {
            long sum = 0;
            for (String part :
                    new String[] {"indexed", "noContent", "unchanged", "moved", "filtered", "failed", "pending"}) {
                sum += totals.get(part).asLong();
            }
            assertThat(totals.get("listed").asLong()).as(totals.toString()).isEqualTo(sum);
            assertThat(totals.get("balanced").asBoolean()).as(totals.toString()).isTrue();
        }
    }
}
