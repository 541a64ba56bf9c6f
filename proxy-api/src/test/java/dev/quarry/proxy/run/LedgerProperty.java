package dev.quarry.proxy.run;

import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random trees, changed at random before, between and during several runs that end in different ways: after each run that nobody disturbed the ledger and
 * the search index are the store, and the books balance after all. A kind of store adds its tree.
 */
abstract class LedgerProperty {
    /** Of each kind of store. */
    private static final int SEEDS = Integer.getInteger("quarry.ledger.seeds", 150);

    abstract LedgerTree tree();

    @Test
    void theLedgerIsTheStoreAndAddsUp() {
        long first = Long.getLong("quarry.ledger.seed", System.nanoTime());
        for (long seed = first; seed - first < SEEDS; seed++) {
            try {
                fiveGenerations(seed);
            } catch (AssertionError | RuntimeException failed) {
                throw new AssertionError(
                        "again with -Dquarry.ledger.seed=" + seed + " -Dquarry.ledger.seeds=1", failed);
            }
        }
    }

    private void fiveGenerations(long seed) {
        Random random = new Random(seed);
        LedgerModel model = new LedgerModel(tree(), random);
        model.change(12);
        for (int generation = 1; generation <= 5; generation++) {
            model.run();
            model.change(6);
        }
        model.complete();
    }
}
