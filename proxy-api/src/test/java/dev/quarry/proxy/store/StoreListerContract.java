package dev.quarry.proxy.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What every kind of store must do when it is listed. A variant gives the set-up only. */
public abstract class StoreListerContract {
    protected abstract StoreLister lister() throws IOException;

    /** Puts a file of this size there, with whatever folders that needs. */
    protected abstract void put(KeyBytes key, int size) throws IOException;

    protected abstract void remove(KeyBytes key) throws IOException;

    /** Names that the store allows and that need not be text. */
    protected abstract List<KeyBytes> oddNames();

    /** Whether its scopes can be split. */
    protected boolean isSplit() throws IOException {
        return false;
    }

    /** Whether a lister that goes on with its next page sees what has become of names since its first. */
    protected boolean looksAgain() {
        return true;
    }

    @Test
    void pagesHoldEveryNameOnceInTheOrderOfUnsignedBytes() throws IOException {
        List<KeyBytes> names = new ArrayList<>(oddNames());
        for (int i = 0; i < 25; i++) {
            names.add(KeyBytes.utf8("f" + i));
        }
        for (KeyBytes name : names) {
            put(name, 1);
        }
        names.sort(null);
        for (int max : new int[] {1, 2, 7, 1000}) {
            assertThat(names(all(KeyBytes.EMPTY, max))).as("pages of " + max).isEqualTo(names);
        }
    }

    @Test
    void aPageGoesOnAfterANameThatIsGone() throws IOException {
        put(KeyBytes.utf8("a"), 1);
        put(KeyBytes.utf8("b"), 1);
        put(KeyBytes.utf8("c"), 1);
        Listing first = lister().list(KeyBytes.EMPTY, Optional.empty(), 2);
        assertThat(first.next()).contains(KeyBytes.utf8("b"));
        remove(KeyBytes.utf8("b"));
        Listing second = lister().list(KeyBytes.EMPTY, first.next(), 2);
        assertThat(names(second)).containsExactly(KeyBytes.utf8("c"));
        assertThat(second.next()).isEmpty();
    }

    @Test
    void whatVanishesBetweenTwoPagesIsLeftOut() throws IOException {
        put(KeyBytes.utf8("a"), 1);
        put(KeyBytes.utf8("b"), 1);
        put(KeyBytes.utf8("c"), 1);
        StoreLister lister = lister();
        Listing first = lister.list(KeyBytes.EMPTY, Optional.empty(), 1);
        remove(KeyBytes.utf8("b"));
        List<KeyBytes> second = names(lister.list(KeyBytes.EMPTY, first.next(), 10));
        assertThat(second).contains(KeyBytes.utf8("c"));
        assertThat(second.contains(KeyBytes.utf8("b"))).isEqualTo(!looksAgain());
    }

    @Test
    void foldersAreScopesOfTheirOwn() throws IOException {
        put(KeyBytes.utf8("top"), 3);
        put(KeyBytes.utf8("sub/deeper/low"), 5);
        Listing root = all(KeyBytes.EMPTY, 10);
        assertThat(names(root)).containsExactly(KeyBytes.utf8("top"));
        assertThat(root.folders()).containsExactly(KeyBytes.utf8("sub"));
        Listing deeper = all(KeyBytes.utf8("sub/deeper"), 10);
        assertThat(deeper.files()).hasSize(1);
        assertThat(deeper.files().get(0).size()).isEqualTo(5);
    }

    @Test
    void anotherContentIsAnotherVersionAndTheSameIsTheSame() throws IOException {
        put(KeyBytes.utf8("a"), 3);
        Entry before = all(KeyBytes.EMPTY, 10).files().get(0);
        assertThat(all(KeyBytes.EMPTY, 10).files().get(0)).isEqualTo(before);
        put(KeyBytes.utf8("a"), 4);
        assertThat(all(KeyBytes.EMPTY, 10).files().get(0).version()).isNotEqualTo(before.version());
    }

    @Test
    void aFolderThatIsNotThereIsGone() {
        assertThatThrownBy(() -> lister().list(KeyBytes.utf8("nowhere"), Optional.empty(), 10))
                .isInstanceOf(GoneFromStoreException.class)
                .hasMessageContaining("nowhere");
    }

    @Test
    void filesAndFoldersWhoseNamesBeginAlikeAreEachListedOnce() throws IOException {
        List<KeyBytes> files = new ArrayList<>();
        List<KeyBytes> folders = new ArrayList<>();
        // '!' and '-' sort before the slash, '0' after it.
        for (String folder : new String[] {"a", "a!", "a-b", "a0", "b"}) {
            put(KeyBytes.utf8(folder + "/x"), 1);
            folders.add(KeyBytes.utf8(folder));
        }
        for (String file : new String[] {"a!b", "a-", "a.txt", "a00", "z"}) {
            put(KeyBytes.utf8(file), 1);
            files.add(KeyBytes.utf8(file));
        }
        for (int max : new int[] {1, 2, 3, 1000}) {
            Listing listing = all(KeyBytes.EMPTY, max);
            assertThat(names(listing)).as("pages of " + max).isEqualTo(files);
            assertThat(listing.folders()).as("pages of " + max).containsExactlyInAnyOrderElementsOf(folders);
        }
    }

    /** Where names sort otherwise with a slash than without, and where they do not. */
    @Test
    void aFolderThatIsSplitAnywhereIsListedOnce() throws IOException {
        for (String key :
                new String[] {"a/x", "a/y", "a!", "a-b/x", "a.txt", "a0/x", "a1", "b/x", "b0", "f1", "f2", "f3"}) {
            put(KeyBytes.utf8(key), 1);
        }
        Listing whole = all(KeyBytes.EMPTY, 1_000);
        for (String guess : new String[] {"A", "a", "a!", "a-", "a.", "a0", "ab", "b", "c", "f1"}) {
            Optional<KeyBytes> border = lister().probe(KeyBytes.EMPTY, KeyBytes.utf8(guess));
            assertThat(border.isPresent()).as("split at " + guess).isEqualTo(isSplit());
            for (int max : border.isPresent() ? new int[] {1, 3, 1_000} : new int[0]) {
                Listing left = all(KeyBytes.EMPTY, Optional.empty(), border, max);
                Listing right = all(KeyBytes.EMPTY, border, Optional.empty(), max);
                assertThat(left.size()).as("before " + border).isPositive();
                assertThat(right.size()).as("after " + border).isPositive();
                assertThat(joined(names(left), names(right))).isEqualTo(names(whole));
                assertThat(joined(left.folders(), right.folders()))
                        .as("split at " + border)
                        .containsExactlyInAnyOrderElementsOf(whole.folders());
            }
        }
    }

    @Test
    void whereNothingMoreFollowsAScopeIsNotSplit() throws IOException {
        put(KeyBytes.utf8("a"), 1);
        put(KeyBytes.utf8("z"), 1);
        for (String guess : new String[] {"a", "m", "z", "zz"}) {
            assertThat(lister().probe(KeyBytes.EMPTY, KeyBytes.utf8(guess)))
                    .as("split at " + guess)
                    .isEmpty();
        }
    }

    private static List<KeyBytes> joined(List<KeyBytes> left, List<KeyBytes> right) {
        List<KeyBytes> both = new ArrayList<>(left);
        both.addAll(right);
        return both;
    }

    protected Listing all(KeyBytes folder, int max) throws IOException {
        return all(folder, Optional.empty(), Optional.empty(), max);
    }

    private Listing all(KeyBytes folder, Optional<KeyBytes> begins, Optional<KeyBytes> until, int max)
            throws IOException {
        StoreLister lister = lister();
        List<Entry> files = new ArrayList<>();
        List<KeyBytes> folders = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        Optional<KeyBytes> after = begins;
        do {
            Listing listed = lister.list(folder, after, max);
            assertThat(listed.size()).isLessThanOrEqualTo(max);
            Listing page = until.map(listed::upTo).orElse(listed);
            files.addAll(page.files());
            folders.addAll(page.folders());
            warnings.addAll(page.warnings());
            after = page.next();
        } while (after.isPresent());
        return new Listing(files, folders, Optional.empty(), warnings);
    }

    protected static List<KeyBytes> names(Listing listing) {
        return listing.files().stream().map(Entry::name).toList();
    }
}
