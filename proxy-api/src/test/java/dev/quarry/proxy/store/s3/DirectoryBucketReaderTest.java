package dev.quarry.proxy.store.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.StoreContent;
import dev.quarry.proxy.store.StoreFaults;
import dev.quarry.proxy.store.StoreLister;
import dev.quarry.proxy.store.StoreReader;
import dev.quarry.proxy.store.StoreReaderContract;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DirectoryBucketReaderTest extends StoreReaderContract {
    private final DirectoryBuckets bucket = new DirectoryBuckets();
    private final StoreFaults server = new StoreFaults(0);
    private final S3TestStore store = S3TestStore.at(server.endpoint(), DirectoryBuckets.BUCKET, "");

    DirectoryBucketReaderTest() {
        bucket.answersOf(3);
        server.always(bucket);
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @Override
    protected StoreLister lister() {
        return new DirectoryBucketLister(RunningApi.shared().bean(S3Connections.class), store.store, 4);
    }

    @Override
    protected StoreReader reader() {
        return store.reader();
    }

    @Override
    protected void put(KeyBytes key, String content) {
        bucket.put(key, content.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    protected void remove(KeyBytes key) {
        bucket.objects.remove(key);
    }

    @Override
    protected List<KeyBytes> oddKeys() {
        return OddKeysOfBucketsTest.KEYS;
    }

    @Property(tries = 100)
    void everyKeyIsFoundOnceWhateverTheKeysAndPages(
            @ForAll @Size(max = 12) List<@StringLength(min = 1, max = 5) @CharRange(from = '-', to = '0') String> names,
            @ForAll @IntRange(min = 1, max = 5) int max)
            throws IOException {
        bucket.objects.clear();
        assertEachIsFoundOnce(names, max);
    }

    /** Else nobody would hash it, and a file that was moved would never be known again. */
    @Test
    void anEtagThatLooksLikeAnMd5VouchesForNothing() throws IOException {
        KeyBytes key = KeyBytes.utf8("a");
        put(key, "content");
        String version = Objects.requireNonNull(listed().get(key)).version();
        try (StoreContent content = reader().open(key, version, Optional.empty())) {
            assertThat(content.vouched()).isFalse();
        }
    }
}
