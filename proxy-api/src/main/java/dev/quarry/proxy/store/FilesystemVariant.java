package dev.quarry.proxy.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Directory trees. */
@Component
class FilesystemVariant implements StoreVariant {
    private final FilesystemMounts mounts;
    private final AllowedRoots roots;

    FilesystemVariant(FilesystemMounts mounts, AllowedRoots roots) {
        this.mounts = mounts;
        this.roots = roots;
    }

    @Override
    public StoreKind kind() {
        return StoreKind.FILESYSTEM;
    }

    @Override
    public StoreLister lister(Store store) {
        return new FilesystemStoreLister(root(store), mounts.of(store));
    }

    @Override
    public StoreReader reader(Store store) {
        return new FilesystemStoreReader(root(store), mounts.of(store));
    }

    private FilesystemRoot root(Store store) {
        FilesystemSettings settings = store.filesystem();
        // Without a grant nothing is opened (StoreGrants).
        KeyBytes granted = roots.above(store.tenant(), store.root()).orElse(store.root());
        return new FilesystemRoot(granted, store.root(), settings == null ? FilesystemSettings.STANDARD : settings);
    }

    @Override
    public List<StoreCheck> check(Store store) {
        List<StoreCheck> checks = new ArrayList<>();
        try {
            Listing page = lister(store).list(KeyBytes.EMPTY, Optional.empty(), 1_000);
            checks.add(StoreCheck.good("reach", "the root is there"));
            checks.add(StoreCheck.good("list", page.size() + " names in its first page"));
            checks.add(read(store, page));
        } catch (StoreException failed) {
            checks.add(StoreCheck.bad("reach", String.valueOf(failed.getMessage())));
        }
        checks.add(StoreCheck.good("archive", "a directory has no archive classes"));
        checks.add(StoreCheck.bad("versioned", "a directory keeps no versions"));
        checks.add(StoreCheck.unknown("clock", "a directory tells no time"));
        return checks;
    }

    private StoreCheck read(Store store, Listing page) {
        if (page.files().isEmpty()) {
            return StoreCheck.unknown("read", "there is no file in the root");
        }
        Entry first = page.files().get(0);
        try (StoreContent content = reader(store).open(first.name(), first.version(), Optional.empty())) {
            content.stream().read();
            return StoreCheck.good("read", "'" + first.name() + "' can be read");
        } catch (IOException failed) {
            return StoreCheck.bad("read", String.valueOf(failed.getMessage()));
        }
    }
}
