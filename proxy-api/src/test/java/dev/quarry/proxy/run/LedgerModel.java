package dev.quarry.proxy.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.attempt.AgentWork;
import dev.quarry.proxy.run.TestStore.TestRun;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** What each file is expected to be; the tree is the other half of the model. */
final class LedgerModel {
    private static final String[] CARRIED = {"CRASHED", "CORRUPT", "TIMED_OUT"};
    private static final String[] RETRIED = {"ARCHIVED"};

    private final LedgerTree tree;
    private final TestStore store;
    private final Random random;
    /** Path to outcome with reason, for files whose present content was concluded for good. */
    private final Map<String, String> concluded = new HashMap<>();
    /** New path to the path under which the ledger has the file INDEXED: it should be found to have moved. */
    private final Map<String, String> moved = new HashMap<>();
    /** New paths of which a run that ended early or was disturbed may or may not have deleted the old one. */
    private final Set<String> perhapsMoved = new HashSet<>();

    private boolean isWalking;
    private int writes;

    LedgerModel(LedgerTree tree, Random random) {
        this.tree = tree;
        this.store = tree.store().walkedBy(SmallPages.api());
        this.random = random;
    }

    void change(int changes) {
        for (int i = 0; i < changes; i++) {
            List<String> files = tree.files();
            int kind = random.nextInt(20);
            if (kind >= 17 && !files.isEmpty()) {
                copy(files.get(random.nextInt(files.size())), newPath());
            } else if (kind >= 13 && !files.isEmpty()) {
                writeAgain(files.get(random.nextInt(files.size())), newPath(), kind >= 15);
            } else if (kind >= 10 && !files.isEmpty()) {
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
            path.append(anyOf(tree.folderNames())).append('/');
        }
        return path.append(anyOf(tree.fileNames())).toString();
    }

    /** Hidden now and then. */
    private String anyOf(List<String> names) {
        String name = names.get(random.nextInt(names.size()));
        return random.nextInt(8) == 0 ? "." + name : name;
    }

    private void write(String path) {
        if (!tree.files().contains(path) && !tree.isFree(path)) {
            return;
        }
        tree.put(path, random.nextInt(8) == 0 ? "" : "content w" + writes++ + "w");
        forget(path);
    }

    /** The same bytes under a free name, new to the store; as a move of which the store says nothing if the first name goes. */
    private void writeAgain(String from, String to, boolean goes) {
        if (tree.isFree(to)) {
            tree.put(to, tree.content(from));
            forget(to);
            if (goes) {
                tree.remove(from);
                forget(from);
            }
        }
    }

    /** Under a free name as well, with the same identity. Which of its names it was moved to, if the first one goes, is for the ledger to choose. */
    private void copy(String from, String to) {
        if (tree.isFree(to)) {
            tree.copy(from, to);
            forget(to);
            homeAgain(to);
        }
    }

    /** False if it is not as it was known under this name. */
    private boolean homeAgain(String path) {
        boolean isHome = !isWalking && seen().contains(path);
        if (isHome) {
            conclude(path, store.ledger().getOrDefault(path, ""));
        }
        return isHome;
    }

    private void forget(String path) {
        concluded.remove(path);
        moved.remove(path);
        perhapsMoved.remove(path);
    }

    /** Under a name that nothing has; a file moved over another is a change of that other. */
    private void move(String from, String to) {
        if (!tree.isFree(to)) {
            return;
        }
        tree.move(from, to);
        boolean indexed = "INDEXED".equals(concluded.remove(from));
        String known = moved.remove(from);
        // While it is listed a file may be met under both names, or none.
        boolean perhaps = perhapsMoved.remove(from) || isWalking;
        if (perhaps) {
            perhapsMoved.add(to);
        }
        if (homeAgain(to)) {
            return;
        }
        if (store.ledger().containsKey(to)) {
            // Known under that name, too: a change of what was there.
            perhapsMoved.add(to);
        } else if (!isWalking && tree.identity(to).isPresent() && (indexed || known != null)) {
            moved.put(to, known == null ? from : known);
        }
    }

    /** A file, or now and then the folder that it lies in. */
    private void delete(String path) {
        if (path.contains("/") && random.nextInt(3) == 0) {
            String folder = path.substring(0, path.indexOf('/'));
            tree.files().stream().filter(file -> file.startsWith(folder + "/")).forEach(this::forget);
            tree.removeFolder(folder);
        } else {
            tree.remove(path);
            forget(path);
        }
    }

    /** One run, with one of the ways to end. */
    void run() {
        switch (random.nextInt(6)) {
            case 0 -> cancelled();
            case 1 -> abandoned();
            case 2 -> listingOnly();
            case 3 -> disturbed();
            default -> complete();
        }
    }

    void complete() {
        Map<String, String> failures = failures();
        KnownContent before = KnownContent.of(store);
        Set<String> perhaps = perhapsMoved();
        TestRun run = store.open();
        run.walk();
        int alreadyDone =
                (int) tree.files().stream().filter(concluded::containsKey).count();
        List<String> found = foundMoved();
        found.forEach(path -> {
            failures.remove(path);
            concluded.put(path, "INDEXED");
        });
        // They are INDEXED either way.
        failures.keySet().removeAll(perhaps);
        perhaps.addAll(found);
        int most = perhaps.size();
        moved.clear();
        perhapsMoved.clear();
        work(run, failures, Integer.MAX_VALUE);
        JsonNode totals = run.close(false);
        Map<String, String> expected = expected(failures);
        assertThat(store.ledger()).isEqualTo(expected);
        assertSearchFinds(expected);
        before.assertKeptIn(KnownContent.of(store));
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
        expected.forEach(this::conclude);
    }

    /** Not if a next run tries it again. */
    private void conclude(String path, String outcome) {
        if (outcome.matches("INDEXED|NO_CONTENT.*") || Arrays.stream(CARRIED).anyMatch(outcome::contains)) {
            concluded.put(path, outcome);
        }
    }

    private void assertSearchFinds(Map<String, String> expected) {
        List<String> shown = expected.entrySet().stream()
                .filter(file -> file.getValue().matches("INDEXED|NO_CONTENT.*"))
                .map(Map.Entry::getKey)
                .toList();
        assertThat(TestStore.superuser()
                        .sql(
                                "select d.path from quarry.search_document d join quarry.store s on s.id = d.store where s.name = ?")
                        .param(store.name)
                        .query(String.class)
                        .list())
                .containsExactlyInAnyOrderElementsOf(shown);
        List<String> indexed = shown.stream()
                .filter(path -> "INDEXED".equals(expected.get(path)))
                .toList();
        assertThat(store.found("content&limit=100")).containsExactlyInAnyOrderElementsOf(indexed);
        assertThat(words())
                .containsExactlyInAnyOrderEntriesOf(indexed.stream()
                        .collect(Collectors.toMap(
                                path -> path, path -> tree.content(path).substring("content ".length()))));
    }

    /** By path, the word that is of its content alone. */
    private Map<String, String> words() {
        Map<String, String> words = new HashMap<>();
        TestStore.superuser().sql("""
                        select d.path, w.word from quarry.search_document d join quarry.store s on s.id = d.store,
                          unnest(tsvector_to_array(d.words)) as w (word) where s.name = ? and w.word ~ '^w[0-9]+w$'""").param(store.name).query((row) -> {
            words.put(row.getString("path"), row.getString("word"));
        });
        return words;
    }

    /**
     * Those whose old path is free, if they are not hidden now and no other new name has the same identity. The ledger must still have them, which after a run
     * that ended early is not sure. Another lane's results are not theirs.
     */
    private List<String> foundMoved() {
        List<String> files = tree.files();
        return moved.entrySet().stream()
                .filter(entry -> !isHidden(entry.getKey()) && !files.contains(entry.getValue()))
                .filter(entry -> isTiny(entry.getKey()) == isTiny(entry.getValue()) && isTheOnlyNewOne(entry.getKey()))
                .map(Map.Entry::getKey)
                .toList();
    }

    private boolean isTheOnlyNewOne(String path) {
        return tree.files().stream()
                        .filter(file -> !concluded.containsKey(file)
                                && tree.identity(file).equals(tree.identity(path)))
                        .count()
                == 1;
    }

    /** Of another lane than all others. */
    private static boolean isTiny(String path) {
        return path.endsWith(".tiny");
    }

    /** Also every name not concluded whose bytes, by what the store says of them, are INDEXED under some name. */
    private Set<String> perhapsMoved() {
        Set<String> known = new HashSet<>(TestStore.superuser()
                .sql("""
                        select f.identity from quarry.file f join quarry.store s on s.id = f.store
                        where s.name = ? and f.identity is not null and f.outcome = 'INDEXED' and f.concluded_version = f.version""")
                .param(store.name)
                .query(String.class)
                .list());
        Set<String> perhaps = new HashSet<>(perhapsMoved);
        tree.files().stream()
                .filter(path -> !concluded.containsKey(path))
                .filter(path -> tree.identity(path).filter(known::contains).isPresent())
                .forEach(perhaps::add);
        return perhaps;
    }

    private static boolean isHidden(String path) {
        return path.startsWith(".") || path.contains("/.");
    }

    /** Lists and compares: what was moved is moved in the ledger, too. */
    private void listingOnly() {
        Set<String> perhaps = perhapsMoved();
        TestRun run = store.openListingOnly();
        run.walk();
        List<String> found = foundMoved();
        found.forEach(path -> concluded.put(path, "INDEXED"));
        perhaps.addAll(found);
        int most = perhaps.size();
        // A hidden one is not looked for, and its old row stays.
        found.forEach(moved::remove);
        perhapsMoved.addAll(moved.keySet());
        moved.clear();
        JsonNode totals = run.close(false);
        assertThat(totals.get("listed").asInt()).isEqualTo(tree.files().size());
        assertThat(totals.get("moved").asInt()).isBetween(found.size(), most);
        assertAddsUp(totals);
        learn();
    }

    /** Files come, change, move and go while they are listed: what was met is in the ledger, whatever it is now, and adds up. */
    private void disturbed() {
        TestRun run = store.open();
        Set<String> untouched = new HashSet<>(tree.files());
        isWalking = true;
        while (!run.advance().get("listingComplete").asBoolean()) {
            Map<String, String> before = versions();
            change(random.nextInt(3));
            Map<String, String> after = versions();
            untouched.removeIf(path -> !before.getOrDefault(path, "").equals(after.get(path)));
        }
        isWalking = false;
        work(run, Map.of(), Integer.MAX_VALUE);
        JsonNode totals = run.close(false);
        assertAddsUp(totals);
        assertThat(totals.get("gaps").asBoolean()).as(totals.toString()).isFalse();
        assertThat(totals.get("pending").asInt()).isZero();
        assertThat(store.ledger().keySet()).containsAll(untouched);
        learn();
    }

    private Map<String, String> versions() {
        Map<String, String> versions = new HashMap<>();
        tree.files().forEach(path -> versions.put(path, tree.version(path)));
        return versions;
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
    private static void work(TestRun run, Map<String, String> failures, int most) {
        int done = 0;
        for (List<UUID> units = run.take(4); !units.isEmpty(); units = run.take(4)) {
            for (UUID unit : units) {
                if (done++ < most) {
                    AgentWork.conclude(unit, failures);
                }
            }
            if (done >= most) {
                return;
            }
        }
    }

    private Map<String, String> failures() {
        Map<String, String> failures = new HashMap<>();
        for (String path : tree.files()) {
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
        for (String path : tree.files()) {
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
        if (tree.isEmpty(path)) {
            return "NO_CONTENT(EMPTY)";
        }
        return failures.containsKey(path) ? "FAILED(" + failures.get(path) + ")" : "INDEXED";
    }

    /** After a run that ended early or was disturbed: what it did conclude of the content that is there now. */
    private void learn() {
        perhapsMoved.addAll(moved.keySet());
        moved.clear();
        Set<String> seen = seen();
        store.ledger().forEach((path, outcome) -> {
            if (seen.contains(path) && outcome.matches("INDEXED|NO_CONTENT.*")) {
                concluded.put(path, outcome);
            }
        });
    }

    /** Paths of which the ledger's outcome is of the present content. */
    private Set<String> seen() {
        List<String> paths = tree.files();
        return new HashSet<>(TestStore.superuser()
                .sql("""
                        select f.path from unnest(:paths, :versions) as t (path, version)
                        join quarry.store s on s.name = :store
                        join quarry.file f on f.tenant = s.tenant and f.store = s.id and f.path = t.path
                        where f.version = f.concluded_version and f.version = t.version""")
                .param("paths", paths.toArray(new String[0]))
                .param("versions", paths.stream().map(tree::version).toArray(String[]::new))
                .param("store", store.name)
                .query(String.class)
                .list());
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
