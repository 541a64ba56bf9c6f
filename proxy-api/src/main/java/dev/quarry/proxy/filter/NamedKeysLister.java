package dev.quarry.proxy.filter;

import dev.quarry.proxy.store.ForwardingStoreLister;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.Listing;
import dev.quarry.proxy.store.StoreException;
import dev.quarry.proxy.store.StoreLister;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A lister that shows the keys asked for and what leads to them, and nothing else. It leaps over what lies between, so that a few keys of a folder with
 * millions cost a few calls. What the store's filters say of these keys is for whoever compares: a key that is asked for by name has an answer.
 */
final class NamedKeysLister extends ForwardingStoreLister {
    private static final int LOWEST_PLAIN = '!';
    private static final int HIGHEST_PLAIN = '~';

    private final WalkRules rules;
    private final NamedKeys keys;
    private @Nullable KeyBytes last;
    private NamedKeys.InFolder wantedThere = NamedKeys.InFolder.NONE;

    NamedKeysLister(StoreLister store, WalkRules rules, NamedKeys keys) {
        super(store);
        this.rules = rules;
        this.keys = keys;
    }

    @Override
    public Listing list(KeyBytes folder, Optional<KeyBytes> after, int max) throws StoreException {
        // What is compared with the filters needs the ignore file's lines.
        rules.of(store);
        NamedKeys.InFolder wanted = wanted(folder);
        Optional<KeyBytes> next = wanted.next(after);
        if (next.isEmpty()) {
            return new Listing(List.of(), List.of(), Optional.empty(), rules.untold());
        }
        Listing page = store.list(folder, later(after, justBefore(next.get())), max);
        List<String> warnings = new ArrayList<>(page.warnings());
        warnings.addAll(rules.untold());
        return new Listing(
                page.files().stream()
                        .filter(entry -> wanted.files().contains(entry.name()))
                        .toList(),
                page.folders().stream().filter(wanted.folders()::contains).toList(),
                page.next().filter(token -> wanted.next(page.next()).isPresent()),
                warnings);
    }

    /** Its leaps make few calls of a large folder. */
    @Override
    public Optional<KeyBytes> probe(KeyBytes folder, KeyBytes name) {
        return Optional.empty();
    }

    /** Pages of one folder come one after the other. */
    private NamedKeys.InFolder wanted(KeyBytes folder) {
        if (last == null || !folder.equals(last)) {
            wantedThere = keys.in(folder);
            last = folder;
        }
        return wantedThere;
    }

    private static Optional<KeyBytes> later(Optional<KeyBytes> one, Optional<KeyBytes> other) {
        boolean isOther = one.isEmpty() || (other.isPresent() && other.get().compareTo(one.get()) > 0);
        return isOther ? other : one;
    }

    /**
     * A name that sorts before this one, in the order of stores with folders and of those without, with few others between them. It is text where the
     * name is, and has no slash, which a page token would end with for a folder.
     */
    static Optional<KeyBytes> justBefore(KeyBytes name) {
        byte[] bytes = name.bytes();
        int last = bytes.length == 0 ? 0 : bytes[bytes.length - 1];
        if (last < LOWEST_PLAIN || last > HIGHEST_PLAIN) {
            return withoutLastCharacter(bytes);
        }
        byte[] before = Arrays.copyOf(bytes, bytes.length + 1);
        before[bytes.length - 1] = (byte) (last - 1 == '/' ? '.' : last - 1);
        // Names that begin so and go on are most often passed over with it.
        before[bytes.length] = HIGHEST_PLAIN;
        return Optional.of(KeyBytes.of(before));
    }

    /** Still text, which most stores want; empty if nothing is left. */
    static Optional<KeyBytes> withoutLastCharacter(byte[] utf8) {
        int length = utf8.length;
        do {
            length--;
        } while (length > 0 && (utf8[length] & 0xc0) == 0x80);
        return length <= 0 ? Optional.empty() : Optional.of(KeyBytes.of(Arrays.copyOf(utf8, length)));
    }
}
