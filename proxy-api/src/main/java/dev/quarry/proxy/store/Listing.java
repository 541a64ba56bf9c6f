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

    /**
     * What of this page belongs to a range that ends with this name, which is part of it. A page that reaches the range's end has no {@code next}.
     * Only for stores that sort a folder by its name and a slash, which is how it is compared here.
     */
    public Listing upTo(KeyBytes end) {
        return new Listing(
                files.stream().filter(file -> file.name().compareTo(end) <= 0).toList(),
                folders.stream()
                        .filter(folder -> folder.withSlash().compareTo(end) <= 0)
                        .toList(),
                next.filter(name -> name.compareTo(end) < 0),
                warnings);
    }

    public int size() {
        return files.size() + folders.size();
    }
}
