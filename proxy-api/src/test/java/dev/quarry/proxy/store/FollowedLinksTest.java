package dev.quarry.proxy.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stores whose links are followed: inside the root, not in circles, and not to where somebody points them meanwhile. */
class FollowedLinksTest {
    @TempDir
    Path folder = Path.of("set by JUnit");

    private final List<String> warnings = new ArrayList<>();

    @Test
    void linksToFilesAndFoldersOfTheStoreAreFollowed() throws IOException {
        write("real/deep/file", "content");
        link("file-link", "real/deep/file");
        link("folder-link", "real");
        link("real/deep/up", "../../other");
        link("absolute", root().resolve("real/deep").toString());
        link("twice", "folder-link/deep");
        write("other/x", "x");
        Map<String, Entry> files = walk();
        assertThat(files.keySet())
                .containsExactlyInAnyOrder(
                        "real/deep/file",
                        "file-link",
                        "folder-link/deep/file",
                        "folder-link/deep/up/x",
                        "real/deep/up/x",
                        "absolute/file",
                        "absolute/up/x",
                        "twice/file",
                        "twice/up/x",
                        "other/x");
        for (String key : files.keySet()) {
            assertThat(read(key, files)).as(key).isEqualTo(key.endsWith("x") ? "x" : "content");
        }
        assertThat(warnings).isEmpty();
        assertThat(entry(files, "real/deep/file").identity()).isNotNull();
        // It is there twice: neither is where the other went.
        assertThat(entry(files, "file-link").identity()).isNull();
        assertThat(entry(files, "folder-link/deep/file").identity()).isNull();
    }

    @Test
    void linksOutOfTheRootOrInCirclesOrToNothingAreWarnings() throws IOException {
        Path outside = Files.writeString(folder.resolve("secret"), "secret");
        write("a/file", "x");
        link("out", "../secret");
        link("out-absolute", outside.toString());
        link("a/out-deep", "../../root/../secret");
        link("system", "/etc/passwd");
        link("up", "..");
        link("self", ".");
        link("a/parent", "..");
        link("a/me", "../a");
        link("loop1", "loop2");
        link("loop2", "loop1");
        link("nowhere", "a/missing");
        link("through-a-file", "a/file/x");
        link("b", "a");
        assertThat(walk().keySet()).containsExactlyInAnyOrder("a/file", "b/file");
        assertThat(warnings)
                .anyMatch(warning -> warning.contains("'out' leads out of the store's root"))
                .anyMatch(warning -> warning.contains("'out-absolute' leads out"))
                .anyMatch(warning -> warning.contains("'a/out-deep' leads out"))
                .anyMatch(warning -> warning.contains("'system' leads out"))
                .anyMatch(warning -> warning.contains("'up' leads out"))
                .anyMatch(warning -> warning.contains("'self' leads round in a circle"))
                .anyMatch(warning -> warning.contains("'a/parent' leads round in a circle"))
                .anyMatch(warning -> warning.contains("'a/me' leads round in a circle"))
                .anyMatch(warning -> warning.contains("'loop1' leads round in a circle"))
                .anyMatch(warning -> warning.contains("'nowhere' is a symbolic link that leads nowhere"))
                .anyMatch(warning -> warning.contains("'through-a-file' is a symbolic link that leads nowhere"));
    }

    @Test
    void aLinkToANameThatNoFileCanHaveCostsItsFolderNothing() throws IOException {
        write("file", "x");
        link("too-long", "n".repeat(300));
        assertThat(walk().keySet()).containsExactly("file");
        assertThat(warnings).singleElement().asString().contains("'too-long' is a symbolic link that leads nowhere");
    }

    /** Taken for gone, all that was known in it would be deleted. */
    @Test
    void aFolderTooDeepForItsLinksToBeReadIsAGapAndIsNotGone() throws Exception {
        String name = "n".repeat(250);
        root();
        try {
            sh("for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do mkdir " + name + " && cd -P " + name
                    + " || exit 1; done; echo x > file");
            KeyBytes deepest = KeyBytes.utf8((name + "/").repeat(19) + name);
            assertThat(FilesystemTestStore.of(root())
                            .lister()
                            .list(deepest, Optional.empty(), 10)
                            .files())
                    .as("where links are not followed")
                    .hasSize(1);
            FilesystemTestStore following = FilesystemTestStore.of(root(), true, true);
            assertThatThrownBy(() -> following.lister().list(deepest, Optional.empty(), 10))
                    .isInstanceOf(NotReadableException.class)
                    .hasMessageContaining("more than 4095 bytes");
            assertThatThrownBy(
                            () -> following.reader().open(deepest.child(KeyBytes.utf8("file")), "1", Optional.empty()))
                    .isInstanceOf(NotReadableException.class);
        } finally {
            // JUnit would do it by whole paths.
            sh("rm -rf " + name);
        }
    }

    private void sh(String command) throws Exception {
        Process shell = new ProcessBuilder("sh", "-c", command)
                .directory(root().toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor()).as(said).isZero();
    }

    /** Whether it leads to a file or a folder nobody can tell: as a folder it is listed by itself, fails by itself, and keeps what was known of it. */
    @Test
    void aLinkIntoAFolderThatMayNotBeEnteredFailsByItselfAndNotWithItsFolder() throws IOException {
        write("file", "x");
        write("closed/file", "x");
        link("link", "closed/file");
        Path closed = root().resolve("closed");
        Files.setPosixFilePermissions(closed, Set.of());
        StoreLister lister = new FilesystemTestStore(
                        FilesystemTestStore.of(root(), true, true).root(), Unprivileged.calls())
                .lister();
        try {
            Listing page = lister.list(KeyBytes.EMPTY, Optional.empty(), 10);
            assertThat(page.files()).extracting(Entry::name).containsExactly(KeyBytes.utf8("file"));
            assertThat(page.folders()).containsExactly(KeyBytes.utf8("closed"), KeyBytes.utf8("link"));
            for (KeyBytes name : page.folders()) {
                assertThatThrownBy(() -> lister.list(name, Optional.empty(), 10))
                        .isInstanceOf(NotReadableException.class)
                        .hasMessageContaining("may not be read");
            }
        } finally {
            Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void foldersThatLinkToEachOtherEnd() throws IOException {
        for (int i = 0; i < 5; i++) {
            write("d" + i + "/file", "x");
            for (int j = 0; j < 5; j++) {
                if (i != j) {
                    link("d" + i + "/to" + j, "../d" + j);
                }
            }
        }
        Map<String, Entry> files = walk();
        assertThat(files).containsKey("d0/to1/to2/to3/file").hasSize(5 + 5 * 4 + 5 * 4 * 3 + 5 * 4 * 3 * 2);
        assertThat(warnings).anyMatch(warning -> warning.contains("more than 3 links"));
    }

    @Test
    void aLinkThatIsTurnedAfterItWasListedOpensNothingElse() throws IOException {
        Path outside = Files.createDirectories(folder.resolve("outside"));
        Files.writeString(outside.resolve("file"), "secret");
        write("real/file", "mine");
        link("link", "real");
        Map<String, Entry> files = walk();
        Files.delete(root().resolve("link"));
        link("link", outside.toString());
        assertThatThrownBy(() -> read("link/file", files)).isInstanceOf(GoneFromStoreException.class);
        write("other/file", "text");
        Files.delete(root().resolve("link"));
        link("link", "other");
        assertThatThrownBy(() -> read("link/file", files)).isInstanceOf(ChangedInStoreException.class);
    }

    /** Somebody turns a folder into a link to the outside and back, as fast as can be, while it is listed and read. */
    @Test
    void nothingOutsideIsEverListedOrReadWhileLinksAreTurned() throws Exception {
        Path outside = Files.createDirectories(folder.resolve("outside"));
        Files.writeString(outside.resolve("secret"), "secret");
        write("real/mine", "mine");
        Path turning = Files.createDirectories(root().resolve("turning"));
        Files.writeString(turning.resolve("mine"), "mine");
        Path aside = folder.resolve("aside");
        AtomicBoolean over = new AtomicBoolean();
        Thread turner = new Thread(() -> {
            while (!over.get()) {
                turn(turning, aside, outside);
            }
        });
        turner.start();
        try {
            FilesystemTestStore store = FilesystemTestStore.of(root(), true, true);
            int listed = 0;
            for (int i = 0; i < 3_000 || (listed < 20 && i < 100_000); i++) {
                listed += look(store);
            }
            assertThat(listed)
                    .as("times that it was listed as the folder it is")
                    .isPositive();
        } finally {
            over.set(true);
            turner.join();
        }
    }

    private static int look(FilesystemTestStore store) throws IOException {
        try {
            Listing listing = store.lister().list(KeyBytes.utf8("turning"), Optional.empty(), 10);
            for (Entry entry : listing.files()) {
                assertThat(entry.name()).isEqualTo(KeyBytes.utf8("mine"));
                KeyBytes key = KeyBytes.utf8("turning/mine");
                try (StoreContent content = store.reader().open(key, entry.version(), Optional.empty())) {
                    assertThat(new String(content.stream().readAllBytes(), StandardCharsets.UTF_8))
                            .isEqualTo("mine");
                }
            }
            return listing.files().size();
        } catch (GoneFromStoreException | ChangedInStoreException turned) {
            return 0;
        }
    }

    private static void turn(Path turning, Path aside, Path outside) {
        try {
            Files.move(turning, aside);
            Files.createSymbolicLink(turning, outside);
            Files.delete(turning);
            Files.move(aside, turning);
        } catch (IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        }
    }

    private Path root() throws IOException {
        return Files.createDirectories(folder.toRealPath().resolve("root"));
    }

    private void write(String file, String content) throws IOException {
        Path path = root().resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
    }

    private void link(String name, String target) throws IOException {
        Path link = root().resolve(name);
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, Path.of(target));
    }

    private Map<String, Entry> walk() throws IOException {
        Map<String, Entry> files = new TreeMap<>();
        walk(FilesystemTestStore.of(root(), true, true).lister(), KeyBytes.EMPTY, files);
        return files;
    }

    private void walk(StoreLister lister, KeyBytes in, Map<String, Entry> files) throws IOException {
        Listing page = lister.list(in, Optional.empty(), 1_000);
        warnings.addAll(page.warnings());
        page.files().forEach(entry -> files.put(in.child(entry.name()).toString(), entry));
        for (KeyBytes name : page.folders()) {
            walk(lister, in.folder(name), files);
        }
    }

    private static Entry entry(Map<String, Entry> files, String key) {
        return java.util.Objects.requireNonNull(files.get(key), key);
    }

    private String read(String key, Map<String, Entry> files) throws IOException {
        try (StoreContent content = FilesystemTestStore.of(root(), true, true)
                .reader()
                .open(KeyBytes.utf8(key), entry(files, key).version(), Optional.empty())) {
            return new String(content.stream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
