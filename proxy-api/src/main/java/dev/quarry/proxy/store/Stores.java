package dev.quarry.proxy.store;

import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Listers and readers by kind of store. */
@Component
public class Stores {
    private final Map<StoreKind, StoreVariant> variants = new EnumMap<>(StoreKind.class);

    Stores(List<StoreVariant> variants) {
        variants.forEach(variant -> this.variants.put(variant.kind(), variant));
    }

    /** A lister for consecutive pages; make one per pass, see {@link StoreLister}. */
    public StoreLister lister(Store store) {
        return variant(store).lister(store);
    }

    public StoreReader reader(Store store) {
        return variant(store).reader(store);
    }

    /**
     * A small file, whole.
     *
     * @throws NotReadableException also if it has more than {@code most} bytes; otherwise as {@link StoreReader#open}
     */
    public byte[] bytes(Store store, KeyBytes key, String version, int most) throws StoreException {
        try (StoreContent content = reader(store).open(key, version, Optional.empty())) {
            if (content.size() > most) {
                throw new NotReadableException("'" + key + "' has more than " + most + " bytes");
            }
            return content.stream().readNBytes(most);
        } catch (StoreException named) {
            throw named;
        } catch (IOException failed) {
            throw new StoreAwayException("'" + key + "' cannot be read now", failed);
        }
    }

    List<StoreCheck> check(Store store) {
        return variant(store).check(store);
    }

    private StoreVariant variant(Store store) {
        StoreVariant variant = variants.get(store.kind());
        if (variant == null) {
            throw new IllegalStateException("no variant for stores of kind " + store.kind());
        }
        return variant;
    }
}
