package dev.quarry.proxy.store;

import java.util.List;
import java.util.Optional;

/**
 * One page of a scope: everything with a name after the page's start, up to and including {@code next}, or up to the end.
 *
 * @param files in the order of their names
 * @param folders names of the scopes below, in order
 * @param next the name to go on after, which need not be among the files or folders; empty at the end
 * @param warnings for people: what is there and is no file
 */
public record Listing(List<Entry> files, List<KeyBytes> folders, Optional<KeyBytes> next, List<String> warnings) {
    public Listing {
        files = List.copyOf(files);
        folders = List.copyOf(folders);
        warnings = List.copyOf(warnings);
    }

    public int size() {
        return files.size() + folders.size();
    }
}
