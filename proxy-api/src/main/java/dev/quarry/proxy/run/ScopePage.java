package dev.quarry.proxy.run;

import dev.quarry.proxy.filter.FilterRules;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.Listing;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * What was listed of one scope, and how it stands afterwards.
 *
 * @param scope as it was before: its cursor is moved only if that is still so
 * @param listing of names in the scope's range only
 * @param probed it was looked where the rest of the scope could be split
 * @param pivot the rest is split in two here: this name is the last of the first part
 * @param rules that it was listed by: its files are compared by the same ones, whichever call commits them
 */
record ScopePage(
        OpenScope scope,
        Listing listing,
        Optional<String> failure,
        boolean probed,
        Optional<KeyBytes> pivot,
        FilterRules rules) {
    /** Where there is no file nothing is asked of them. */
    private static final FilterRules NOT_ASKED = FilterRules.standard();

    static ScopePage listed(OpenScope scope, Listing listing, FilterRules rules) {
        Listing inRange = scope.until().map(listing::upTo).orElse(listing);
        return new ScopePage(scope, inRange, Optional.empty(), false, Optional.empty(), rules);
    }

    /** The folder is not there any more: an end without entries. */
    static ScopePage gone(OpenScope scope) {
        return listed(scope, nothing(), NOT_ASKED);
    }

    /** The rest of the scope cannot be listed. Nothing in it may be taken for vanished. */
    static ScopePage failed(OpenScope scope, String reason) {
        return new ScopePage(scope, nothing(), Optional.of(reason), false, Optional.empty(), NOT_ASKED);
    }

    /** @param pivot between this page's last name and the scope's end; empty if there is none, which is not looked for again for a while */
    ScopePage splitAt(Optional<KeyBytes> pivot) {
        return new ScopePage(scope, listing, failure, true, pivot, rules);
    }

    private static Listing nothing() {
        return new Listing(List.of(), List.of(), Optional.empty(), List.of());
    }

    UUID folder() {
        return scope.id().folder();
    }

    KeyBytes path() {
        return scope.path();
    }

    /** The last name of the range that this page tells all of; empty: the folder's end. */
    Optional<KeyBytes> end() {
        return listing.next().or(scope::until);
    }

    /** The first name, of a file or a folder. */
    Optional<KeyBytes> first() {
        return names(0, 0).min(Comparator.naturalOrder());
    }

    Optional<KeyBytes> last() {
        return names(listing.files().size() - 1, listing.folders().size() - 1).max(Comparator.naturalOrder());
    }

    /** Both lists are in order. */
    private Stream<KeyBytes> names(int file, int folder) {
        return Stream.concat(
                listing.files().isEmpty()
                        ? Stream.empty()
                        : Stream.of(listing.files().get(file).name()),
                listing.folders().isEmpty()
                        ? Stream.empty()
                        : Stream.of(listing.folders().get(folder)));
    }

    String state() {
        if (failure.isPresent()) {
            return "FAILED";
        }
        return listing.next().isPresent() ? "OPEN" : "COMPLETE";
    }

    /**
     * A range of a folder's names; all of them if it was never split. The ranges of one folder are disjoint and hold every name.
     *
     * @param begins the range's names come after this one; empty: at the folder's beginning
     */
    record ScopeId(UUID folder, KeyBytes begins) {}

    /**
     * A scope as it is before its next page.
     *
     * @param until name that ends its range and is part of it; empty: the folder's end
     * @param pages committed until now
     * @param probed how many they were when it was last looked where to split it
     */
    record OpenScope(
            ScopeId id, KeyBytes path, Optional<KeyBytes> after, Optional<KeyBytes> until, int pages, int probed) {}
}
