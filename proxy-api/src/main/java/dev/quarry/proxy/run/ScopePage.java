package dev.quarry.proxy.run;

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
 * @param pages pages committed before this one: the scope's cursor is moved only if that is still so
 */
record ScopePage(
        UUID folder, KeyBytes path, Optional<KeyBytes> after, int pages, Listing listing, Optional<String> failure) {

    static ScopePage listed(OpenScope scope, Listing listing) {
        return new ScopePage(scope.folder(), scope.path(), scope.after(), scope.pages(), listing, Optional.empty());
    }

    /** The folder is not there any more: an end without entries. */
    static ScopePage gone(OpenScope scope) {
        return listed(scope, nothing());
    }

    /** The rest of the scope cannot be listed. Nothing in it may be taken for vanished. */
    static ScopePage failed(OpenScope scope, String reason) {
        return new ScopePage(
                scope.folder(), scope.path(), scope.after(), scope.pages(), nothing(), Optional.of(reason));
    }

    private static Listing nothing() {
        return new Listing(List.of(), List.of(), Optional.empty(), List.of());
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

    /** A scope as it is before its next page. */
    record OpenScope(UUID folder, KeyBytes path, Optional<KeyBytes> after, int pages) {}
}
