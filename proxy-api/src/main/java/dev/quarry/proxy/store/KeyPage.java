package dev.quarry.proxy.store;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One page of a folder in a store that has keys and no folders, made of one or more of the store's answers. Holds the store to its order: the ledger is
 * merged by it, and what seems left out would be deleted.
 */
public final class KeyPage implements ListedNames {
    /** The ledger finds names by an index, whose entries have at most 2,704 bytes. Azure's names have up to 1,024 characters of up to 3 bytes. */
    public static final int LONGEST_NAME = 2_600;

    private final String prefix;
    private final Optional<KeyBytes> after;
    private final Comparator<KeyBytes> order;
    private final String shown;
    private final List<Entry> files = new ArrayList<>();
    private final List<KeyBytes> folders = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private @Nullable KeyBytes lastFile;
    private @Nullable KeyBytes lastFolder;
    private boolean more;

    /**
     * @param prefix what all keys of the folder begin with
     * @param after the page token to begin after; if the store gives it once more, it is passed over
     * @param order that the store lists names in
     * @param shown the folder, for people
     */
    public KeyPage(String prefix, Optional<KeyBytes> after, Comparator<KeyBytes> order, String shown) {
        this.prefix = prefix;
        this.after = after;
        this.order = order;
        this.shown = shown;
    }

    /** Begins an answer of the store, whose files come after all that came before, and so do its folders. */
    @Override
    public void answer(boolean more) {
        this.more = more;
        KeyBytes last = last().orElse(null);
        lastFile = last;
        lastFolder = last;
    }

    @Override
    public KeyBytes name(String key) throws StoreAwayException {
        return TextKey.below(prefix, key, shown);
    }

    /** False: the listing has been at it before. */
    @Override
    public boolean file(KeyBytes name) throws NotReadableException {
        if (isRepeated(name)) {
            return false;
        }
        lastFile = ordered(lastFile, name);
        return true;
    }

    /** One whose name is too long is left out, with a warning. */
    @Override
    public void add(Entry file) {
        if (fits(file.name())) {
            files.add(file);
        }
    }

    @Override
    public void folder(KeyBytes name) throws NotReadableException {
        if (isRepeated(name)) {
            return;
        }
        lastFolder = ordered(lastFolder, name);
        if (fits(name)) {
            folders.add(name.withoutSlash());
        }
    }

    private boolean isRepeated(KeyBytes name) {
        return after.isPresent() && order.compare(after.get(), name) == 0;
    }

    private boolean fits(KeyBytes name) {
        int length = name.bytes().length;
        if (length > LONGEST_NAME) {
            String begins = name.toString();
            warnings.add(shown + ": '" + begins.substring(0, begins.offsetByCodePoints(0, 100))
                    + "...' is left out: its name has " + length + " bytes, and " + LONGEST_NAME + " is the most");
        }
        return length <= LONGEST_NAME;
    }

    private KeyBytes ordered(@Nullable KeyBytes before, KeyBytes name) throws NotReadableException {
        KeyBytes least = before == null ? after.orElse(null) : before;
        if (least != null && order.compare(name, least) <= 0) {
            throw new NotReadableException(shown + ": the store lists '" + name + "' after '" + least
                    + "', which is not the order of bytes; such a folder cannot be compared with the ledger");
        }
        return name;
    }

    private Optional<KeyBytes> last() {
        if (lastFile == null || lastFolder == null) {
            return Optional.ofNullable(lastFile == null ? lastFolder : lastFile);
        }
        return Optional.of(order.compare(lastFile, lastFolder) > 0 ? lastFile : lastFolder);
    }

    @Override
    public boolean hasMoved() {
        return last().isPresent();
    }

    @Override
    public boolean isMore() {
        return more;
    }

    public Listing listing() {
        // By name, as the ledger has them: such stores sort by name and slash.
        folders.sort(null);
        return new Listing(files, folders, more ? last().map(this::token) : Optional.empty(), warnings);
    }

    /** Where the order leaves a folder's slash out of account the token has none: the ledger takes it for the last name of the page, and compares bytes. */
    private KeyBytes token(KeyBytes last) {
        return last.endsWithSlash() && order.compare(last, last.withoutSlash()) == 0 ? last.withoutSlash() : last;
    }
}
