package dev.quarry.proxy.run;

import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.StoreException;
import dev.quarry.proxy.store.StoreLister;
import java.util.Optional;

/**
 * Asks a store where the names of a scope lie that are still to be listed. The middle is guessed between the name listed last and the scope's end, as a
 * number whose digits are the characters of the page's names; where the store has nothing behind the guess, the next one lies halfway before it. Where
 * the scope ends with its folder, the longest beginning is looked for first that all names to come have in common with the last one.
 */
final class PivotSearch {
    /** Each is one call of the store, for one name. */
    private static final int PROBES = 20;
    /** The last character that is no symbol: hardly any name goes on with one behind it, and that would be a good place as well. */
    private static final String LAST = "\ufffd";

    private final StoreLister lister;
    private final ScopePage page;
    private final NameDigits digits;
    private final KeyBytes low;
    /** A name that begins otherwise than the last one: if no guess is better. */
    private Optional<KeyBytes> otherwise = Optional.empty();

    private int probes = PROBES;

    PivotSearch(StoreLister lister, ScopePage page) {
        this.lister = lister;
        this.page = page;
        this.low = page.listing().next().orElseThrow();
        this.digits = NameDigits.of(page.listing(), low);
    }

    /** @param middle where the ledger has the middle of the names to come */
    Optional<KeyBytes> pivot(Optional<KeyBytes> middle) throws StoreException {
        if (middle.isEmpty()) {
            return guessed(end());
        }
        Optional<KeyBytes> known = at(middle.get());
        return known.isPresent() ? known : guessed(middle.get());
    }

    private Optional<KeyBytes> guessed(KeyBytes behindAll) throws StoreException {
        KeyBytes high = behindAll;
        while (probes > 0) {
            Optional<KeyBytes> guess = digits.between(low, high);
            if (guess.isEmpty()) {
                return otherwise;
            }
            Optional<KeyBytes> found = at(guess.get());
            if (found.isPresent()) {
                return found;
            }
            high = guess.get();
        }
        return otherwise;
    }

    /** The name behind this guess, if it leaves something to both parts; if not, all names to come lie before the guess. */
    private Optional<KeyBytes> at(KeyBytes guess) throws StoreException {
        probes--;
        return lister.probe(page.path(), guess)
                .filter(name -> name.compareTo(low) > 0)
                .filter(name -> page.scope().until().isEmpty()
                        || name.compareTo(page.scope().until().get()) < 0);
    }

    private KeyBytes end() throws StoreException {
        Optional<KeyBytes> until = page.scope().until();
        return until.isPresent() ? until.get() : behindAll();
    }

    /** Behind all names that share with the last one as much as all names to come do. */
    private KeyBytes behindAll() throws StoreException {
        int shared = 0;
        int most = Math.max(0, digits.length(low) - 1);
        while (shared < most) {
            int tried = (shared + most + 1) / 2;
            Optional<KeyBytes> found = at(digits.beginning(low, tried, LAST));
            if (found.isEmpty()) {
                shared = tried;
            } else {
                most = tried - 1;
                otherwise = found;
            }
        }
        return digits.beginning(low, shared, LAST);
    }
}
