package dev.quarry.proxy.filter;

import dev.quarry.proxy.store.Entry;
import dev.quarry.proxy.store.KeyBytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A store's filters in one folder: what its path decides is decided once. */
public final class FolderRules {
    private final FilterRules rules;
    private final KeyBytes folder;
    private final boolean hidden;
    private boolean junk;
    private boolean included;
    private @Nullable String ruledOut;
    private final Live include;
    private final Live exclude;
    private final Live ignore;

    FolderRules(FilterRules rules, KeyBytes folder) {
        this.rules = rules;
        this.folder = folder;
        this.hidden = !rules.includeHidden && folder.isHidden();
        this.include = new Live(rules.include);
        this.exclude = new Live(rules.exclude);
        this.ignore = new Live(
                rules.ignore.lines().stream().map(IgnoreLines.Line::pattern).toList());
        byte[] path = folder.prefix().bytes();
        int start = 0;
        for (int i = 0; i < path.length; i++) {
            if (path[i] == '/') {
                enter(KeyBytes.of(Arrays.copyOfRange(path, start, i)));
                start = i + 1;
            }
        }
    }

    private void enter(KeyBytes name) {
        int[] symbols = Symbols.of(name.bytes());
        ruledOut = ruledOut(symbols).orElse(null);
        included = included || include.folder(symbols) >= 0;
        junk = junk || (!rules.includeJunk && JunkNames.isFolder(name));
        include.enter(symbols);
        exclude.enter(symbols);
        ignore.enter(symbols);
    }

    public boolean areOf(KeyBytes other) {
        return folder.equals(other);
    }

    /** The rule that keeps a folder in this one, with all that it holds, from being listed; empty if it is to be listed. */
    public Optional<String> ofFolder(KeyBytes name) {
        Optional<String> other =
                rules.namesKeys() ? rules.otherFolder(folder.folder(name).prefix()) : Optional.<String>empty();
        return other.isPresent() ? other : ruledOut(Symbols.of(name.bytes()));
    }

    private Optional<String> ruledOut(int[] folderName) {
        if (ruledOut != null) {
            return Optional.of(ruledOut);
        }
        return excluded(exclude.folder(folderName), ignore.folder(folderName));
    }

    /** The first rule that the file in this folder breaks; empty if it passes. */
    public Optional<String> ofFile(Entry entry) {
        if (!rules.includeJunk && (junk || JunkNames.isFile(entry.name()))) {
            return Optional.of("junk");
        }
        if (hidden || (!rules.includeHidden && entry.name().isHidden())) {
            return Optional.of("hidden");
        }
        Optional<String> other =
                rules.namesKeys() ? rules.otherKey(folder.child(entry.name())) : Optional.<String>empty();
        if (other.isPresent()) {
            return other;
        }
        Optional<String> byName = byPatterns(entry.name());
        return byName.isPresent() ? byName : rules.otherKind(entry);
    }

    private Optional<String> byPatterns(KeyBytes name) {
        if (ruledOut != null) {
            return Optional.of(ruledOut);
        }
        if (exclude.isEmpty() && ignore.isEmpty() && include.isEmpty()) {
            return Optional.empty();
        }
        int[] symbols = Symbols.of(name.bytes());
        Optional<String> excluded = excluded(exclude.file(symbols), ignore.file(symbols));
        if (excluded.isPresent()) {
            return excluded;
        }
        boolean passes = include.isEmpty() || included || include.file(symbols) >= 0;
        return passes ? Optional.empty() : Optional.of("include");
    }

    private Optional<String> excluded(int excluding, int ignoring) {
        if (excluding >= 0) {
            return Optional.of("exclude:" + rules.exclude.get(excluding).text());
        }
        boolean ignored =
                ignoring >= 0 && !rules.ignore.lines().get(ignoring).pattern().negated();
        return ignored ? Optional.of(rules.ignore.lines().get(ignoring).reason()) : Optional.empty();
    }

    /** Patterns, each with where it stands after this folder's path. */
    private static final class Live {
        private final List<KeyPattern> patterns;
        private final List<BitSet> states = new ArrayList<>();

        Live(List<KeyPattern> patterns) {
            this.patterns = patterns;
            patterns.forEach(pattern -> states.add(pattern.start()));
        }

        boolean isEmpty() {
            return patterns.isEmpty();
        }

        void enter(int[] name) {
            for (int i = 0; i < patterns.size(); i++) {
                KeyPattern pattern = patterns.get(i);
                states.set(i, pattern.after(pattern.after(states.get(i), name), Symbols.OF_SLASH));
            }
        }

        /** The last pattern that means this folder, or -1. */
        int folder(int[] name) {
            for (int i = patterns.size() - 1; i >= 0; i--) {
                if (patterns.get(i).matches(patterns.get(i).after(states.get(i), name), true)) {
                    return i;
                }
            }
            return -1;
        }

        /** The last pattern that means this file, or -1. */
        int file(int[] name) {
            for (int i = patterns.size() - 1; i >= 0; i--) {
                if (patterns.get(i).matchesFile(states.get(i), name)) {
                    return i;
                }
            }
            return -1;
        }
    }
}
