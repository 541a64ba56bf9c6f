package dev.quarry.proxy.store;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.beans.factory.config.BeanPostProcessor;

/** Lets stores of kind s3 lie in this JVM's memory, if their bucket's name begins with {@code memory-}: for whole runs over keys that change meanwhile. */
public final class MemoryBuckets implements BeanPostProcessor {
    private static final Map<String, MemoryStore> BUCKETS = new ConcurrentHashMap<>();

    /** Made when it is first asked for. */
    public static MemoryStore of(String bucket) {
        return BUCKETS.computeIfAbsent(bucket, name -> new MemoryStore());
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        return bean instanceof StoreVariant variant && variant.kind() == StoreKind.S3 ? new Variant(variant) : bean;
    }

    private record Variant(StoreVariant service) implements StoreVariant {
        private static boolean isHere(Store store) {
            return bucket(store).startsWith("memory-");
        }

        private static String bucket(Store store) {
            return Objects.requireNonNull(store.s3()).bucket();
        }

        @Override
        public StoreKind kind() {
            return service.kind();
        }

        @Override
        public StoreLister lister(Store store) {
            return isHere(store) ? of(bucket(store)) : service.lister(store);
        }

        @Override
        public StoreReader reader(Store store) {
            return isHere(store) ? of(bucket(store)) : service.reader(store);
        }

        @Override
        public List<StoreCheck> check(Store store) {
            return service.check(store);
        }
    }
}
