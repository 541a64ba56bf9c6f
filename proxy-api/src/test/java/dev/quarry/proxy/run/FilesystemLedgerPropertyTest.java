package dev.quarry.proxy.run;

class FilesystemLedgerPropertyTest extends LedgerProperty {
    @Override
    LedgerTree tree() {
        return new FilesystemTree();
    }
}
