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

    private final StoreGrants grants;

    Stores(List<StoreVariant> variants, StoreGrants grants) {
        this.grants = grants;
        variants.forEach(variant -> this.variants.put(variant.kind(), variant));
    }

    /** A lister for consecutive pages; make one per pass, see {@link StoreLister}. Each page asks whether the tenant may still use the store. */
    public StoreLister lister(Store store) {
        return new GrantedLister(grants, store, variant(store).lister(store));
    }

    /** Each file asks whether the tenant may still use the store. */
    public StoreReader reader(Store store) {
        StoreReader reader = variant(store).reader(store);
        return (key, version, range) -> {
            grants.check(store);
            return reader.open(key, version, range);
        };
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
        try {
            grants.check(store);
        } catch (NotReadableException refused) {
            return List.of(StoreCheck.bad("reach", String.valueOf(refused.getMessage())));
        }
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
