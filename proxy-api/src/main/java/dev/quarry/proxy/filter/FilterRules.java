package dev.quarry.proxy.filter;

import dev.quarry.proxy.store.DisplayName;
import dev.quarry.proxy.store.Entry;
import dev.quarry.proxy.store.KeyBytes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.MediaTypeFactory;

/** A store's filters, ready to be asked in one run. Safe for use by several threads. */
public final class FilterRules {
    final boolean includeHidden;
    final boolean includeJunk;
    final List<KeyPattern> include;
    final List<KeyPattern> exclude;
    final IgnoreLines ignore;
    private final KeyBytes prefix;
    private final NavigableSet<KeyBytes> keys = new TreeSet<>();
    private final long minSize;
    private final long maxSize;
    private final MediaTypes types;
    private final ContentTypes contentTypes;
    private final List<Bound> times;

    /** @param start of the run: ages are counted from it, so that all its pages agree */
    FilterRules(Filters filters, boolean includeHidden, IgnoreLines ignore, Instant start) {
        this.includeHidden = includeHidden;
        this.includeJunk = filters.includeJunk();
        this.include = patterns(filters.include());
        this.exclude = patterns(filters.exclude());
        this.ignore = ignore;
        this.prefix = KeyBytes.utf8(filters.prefix());
        filters.keys().forEach(key -> keys.add(KeyBytes.utf8(key)));
        this.minSize = filters.minSize() == null ? 0 : filters.minSize();
        this.maxSize = filters.maxSize() == null ? Long.MAX_VALUE : filters.maxSize();
        this.types = MediaTypes.of("type", filters.includeTypes(), filters.excludeTypes());
        this.contentTypes = ContentTypes.of(filters.includeContentTypes(), filters.excludeContentTypes());
        this.times = bounds(filters, start);
    }

    /** Those of a store that was registered without any: hidden and junk files are filtered. */
    public static FilterRules standard() {
        return new FilterRules(Filters.standard(), false, IgnoreLines.NONE, Instant.EPOCH);
    }

    private static List<KeyPattern> patterns(List<String> lines) {
        return lines.stream().flatMap(line -> PatternSyntax.line(line).stream()).toList();
    }

    private static List<Bound> bounds(Filters filters, Instant start) {
        return Stream.of(
                        Bound.of("age:modifiedAfter", instant(filters.modifiedAfter()), false),
                        Bound.of("age:modifiedBefore", instant(filters.modifiedBefore()), true),
                        Bound.of("age:minAge", before(start, filters.minAge()), true),
                        Bound.of("age:maxAge", before(start, filters.maxAge()), false))
                .flatMap(Optional::stream)
                .toList();
    }

    private static @Nullable Instant instant(@Nullable String time) {
        return time == null ? null : Instant.parse(time);
    }

    private static @Nullable Instant before(Instant start, @Nullable String age) {
        return age == null ? null : start.minus(Duration.parse(age));
    }

    /** What they say in one folder. */
    public FolderRules in(KeyBytes folder) {
        return new FolderRules(this, folder);
    }

    /** Whether keys are asked for by name or by how they begin. */
    boolean namesKeys() {
        return !prefix.isEmpty() || !keys.isEmpty();
    }

    /** The rule by which the key is none of those asked for. */
    Optional<String> otherKey(KeyBytes key) {
        if (!key.startsWith(prefix)) {
            return Optional.of("prefix");
        }
        return keys.isEmpty() || keys.contains(key) ? Optional.empty() : Optional.of("keys");
    }

    /** The rule by which no key that begins so is one of those asked for. */
    Optional<String> otherFolder(KeyBytes start) {
        if (!start.startsWith(prefix) && !prefix.startsWith(start)) {
            return Optional.of("prefix");
        }
        KeyBytes next = keys.ceiling(start);
        return keys.isEmpty() || (next != null && next.startsWith(start)) ? Optional.empty() : Optional.of("keys");
    }

    /** The rule that the file breaks by what it is, wherever it lies. */
    Optional<String> otherKind(Entry entry) {
        if (entry.size() < minSize) {
            return Optional.of("size:minSize");
        }
        if (entry.size() > maxSize) {
            return Optional.of("size:maxSize");
        }
        Optional<String> age = times.stream()
                .filter(bound -> !bound.holds(entry.modified()))
                .map(Bound::reason)
                .findFirst();
        return age.isPresent() ? age : otherType(entry.name());
    }

    /** By the name, as sizing does: the listing knows no content. */
    private Optional<String> otherType(KeyBytes name) {
        return types.isEmpty()
                ? Optional.empty()
                : types.broken(
                        MediaTypeFactory.getMediaType(DisplayName.of(name)).orElse(MediaType.APPLICATION_OCTET_STREAM));
    }

    /** What is asked of a file's content, once it was read. */
    public ContentTypes contentTypes() {
        return contentTypes;
    }

    /** A bound in time, itself included. */
    private record Bound(String reason, Instant time, boolean upper) {
        static Optional<Bound> of(String reason, @Nullable Instant time, boolean upper) {
            return Optional.ofNullable(time).map(given -> new Bound(reason, given, upper));
        }

        boolean holds(Instant modified) {
            return upper ? !modified.isAfter(time) : !modified.isBefore(time);
        }
    }
}
