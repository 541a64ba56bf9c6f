package dev.quarry.proxy.store;

import java.util.Comparator;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The first names of a folder after one of them, sorted, with what was listed of each: what {@link NameWindow} is where every file can be looked at later. All
 * names are offered, in any order, and so many are kept; what lies behind them is left for the next time.
 */
final class EntryWindow implements ListedNames {
    private final KeyBytes folder;
    private final String prefix;
    private final Optional<KeyBytes> from;
    private final int most;
    private final String shown;
    /** Folders, and markers that stand for the folder itself, have no entry. */
    private final NavigableMap<KeyBytes, Optional<Entry>> names = new TreeMap<>();

    private boolean cut;
    private boolean more;

    /**
     * @param prefix what all keys of the folder begin with
     * @param from names after this one alone count
     * @param shown the folder, for people
     */
    EntryWindow(KeyBytes folder, String prefix, Optional<KeyBytes> from, int most, String shown) {
        this.folder = folder;
        this.prefix = prefix;
        this.from = from;
        this.most = most;
        this.shown = shown;
    }

    @Override
    public void answer(boolean others) {
        more = others;
    }

    @Override
    public KeyBytes name(String key) throws StoreAwayException {
        return TextKey.below(prefix, key, shown);
    }

    @Override
    public boolean file(KeyBytes name) {
        return keep(name);
    }

    @Override
    public void add(Entry file) {
        names.put(file.name(), Optional.of(file));
    }

    @Override
    public void folder(KeyBytes name) {
        keep(name);
    }

    private boolean keep(KeyBytes name) {
        if (from.isPresent() && name.compareTo(from.get()) <= 0) {
            return false;
        }
        if (names.size() == most && name.compareTo(names.lastKey()) > 0) {
            cut = true;
            return false;
        }
        // A name that comes twice has changed meanwhile: the later answer counts.
        names.put(name, Optional.empty());
        if (names.size() > most) {
            names.pollLastEntry();
            cut = true;
        }
        return true;
    }

    @Override
    public boolean isMore() {
        return more;
    }

    /** What comes after a name is anywhere in the answers to come. */
    @Override
    public boolean hasMoved() {
        return false;
    }

    boolean isEmpty() {
        return names.isEmpty();
    }

    /** Whether what comes after this name in that folder is held. */
    boolean serves(KeyBytes wanted, Optional<KeyBytes> after) {
        boolean begun = from.isEmpty() || (after.isPresent() && after.get().compareTo(from.get()) >= 0);
        return folder.equals(wanted) && begun && (!cut || !ahead(after).isEmpty());
    }

    private NavigableMap<KeyBytes, Optional<Entry>> ahead(Optional<KeyBytes> after) {
        return after.map(name -> names.tailMap(name, false)).orElse(names);
    }

    Listing page(Optional<KeyBytes> after, int max) throws NotReadableException {
        KeyPage page = new KeyPage(prefix, after, Comparator.naturalOrder(), shown);
        Iterator<Map.Entry<KeyBytes, Optional<Entry>>> ahead =
                ahead(after).entrySet().iterator();
        for (int i = 0; i < max && ahead.hasNext(); i++) {
            Map.Entry<KeyBytes, Optional<Entry>> one = ahead.next();
            if (one.getKey().endsWithSlash()) {
                page.folder(one.getKey());
            } else if (page.file(one.getKey())) {
                one.getValue().ifPresent(page::add);
            }
        }
        page.answer(cut || ahead.hasNext());
        return page.listing();
    }
}
