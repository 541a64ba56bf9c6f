package dev.quarry.proxy.run;

class MemoryLedgerPropertyTest extends LedgerProperty {
    @Override
    LedgerTree tree() {
        return new MemoryTree();
    }
}
