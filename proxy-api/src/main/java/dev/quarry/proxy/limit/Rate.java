package dev.quarry.proxy.limit;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.github.bucket4j.Bucket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;

/** So many tries in a time, for each key by itself; they come back evenly over that time. Keys that were not used for it are forgotten. */
final class Rate {
    private static final int KEYS = 100_000;
    private static final int LONGEST = 200;

    private final LoadingCache<String, Bucket> buckets;

    Rate(int tries, Duration per) {
        buckets = Caffeine.newBuilder()
                .maximumSize(KEYS)
                .expireAfterAccess(per)
                .build(key -> Bucket.builder()
                        .addLimit(limit -> limit.capacity(tries).refillGreedy(tries, per))
                        .build());
    }

    /** Takes a try, or says how many seconds to wait for one. */
    long take(String key) {
        return seconds(buckets.get(kept(key)).tryConsumeAndReturnRemaining(1).getNanosToWaitForRefill());
    }

    /** How many seconds to wait for a try, without taking it. */
    long waitOf(String key) {
        return seconds(buckets.get(kept(key)).estimateAbilityToConsume(1).getNanosToWaitForRefill());
    }

    /** Callers choose some of them, as long as they like: what is longer than names can be is kept as its hash. */
    static String kept(String key) {
        return key.length() <= LONGEST ? key : hash(key);
    }

    private static String hash(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JVM has SHA-256", impossible);
        }
    }

    private static long seconds(long nanos) {
        return nanos <= 0 ? 0 : Duration.ofNanos(nanos).toSeconds() + 1;
    }
}
