package dev.quarry.proxy.store;

import org.springframework.stereotype.Component;

/** Listers and readers by kind of store. */
@Component
public class Stores {
    /** A lister for consecutive pages; make one per pass, see {@link StoreLister}. */
    public StoreLister lister(Store store) {
        return switch (store.kind()) {
            case FILESYSTEM -> new FilesystemStoreLister(store.root());
        };
    }

    public StoreReader reader(Store store) {
        return switch (store.kind()) {
            case FILESYSTEM -> new FilesystemStoreReader(store.root());
        };
    }
}
