package dev.quarry.proxy.store.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.store.GoneFromStoreException;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.Listing;
import dev.quarry.proxy.store.StoreAwayException;
import dev.quarry.proxy.store.StoreFaults;
import dev.quarry.proxy.store.StoreLister;
import dev.quarry.proxy.store.StoreListerContract;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** With answers so short that each folder is several, in no order, and names held so few that it is gone through several times. */
class DirectoryBucketListerTest extends StoreListerContract {
    private static final int HELD = 4;

    private final DirectoryBuckets bucket = new DirectoryBuckets();
    private final StoreFaults server = new StoreFaults(0);
    private final S3TestStore store = S3TestStore.at(server.endpoint(), DirectoryBuckets.BUCKET, "below/");

    DirectoryBucketListerTest() {
        bucket.answersOf(3);
        server.always(bucket);
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @Override
    protected StoreLister lister() {
        return new DirectoryBucketLister(RunningApi.shared().bean(S3Connections.class), store.store, HELD);
    }

    @Override
    protected void put(KeyBytes key, int size) {
        bucket.put(inBucket(key), new byte[size]);
    }

    @Override
    protected void remove(KeyBytes key) {
        bucket.objects.remove(inBucket(key));
    }

    private static KeyBytes inBucket(KeyBytes key) {
        return KeyBytes.utf8("below").child(key);
    }

    @Override
    protected boolean looksAgain() {
        return false;
    }

    @Override
    protected List<KeyBytes> oddNames() {
        return OddKeysOfBucketsTest.KEYS.stream()
                .filter(key -> key.names().size() == 1 && !key.endsWithSlash())
                .toList();
    }

    @Test
    void aBucketOfThatNameIsWalkedThisWay() throws IOException {
        for (int i = 0; i < 10; i++) {
            put(KeyBytes.utf8("f" + i), 1);
        }
        assertThat(store.lister().list(KeyBytes.EMPTY, Optional.empty(), 2).files())
                .hasSize(2);
        assertThat(server.requests()).noneMatch(request -> request.contains("start-after"));
    }

    @Test
    void moreNamesThanAreHeldAreAllListedInOrder() throws IOException {
        List<KeyBytes> names = new ArrayList<>();
        for (int i = 0; i < 5 * HELD + 1; i++) {
            names.add(KeyBytes.utf8("f" + i));
            put(names.get(i), 1);
        }
        names.sort(null);
        assertThat(names(all(KeyBytes.EMPTY, 3))).isEqualTo(names);
        int once = calls();
        assertThat(once).as("21 names are 7 answers, and 6 times 4").isEqualTo(6 * 7);
    }

    /** What stays is listed once, in its place, whatever comes and goes beside it. */
    @Test
    void aFolderThatChangesInTheMiddleOfAPassIsListedAsFarAsItStays() throws IOException {
        List<KeyBytes> staying = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            staying.add(KeyBytes.utf8("s" + i));
            put(staying.get(i), 1);
            put(KeyBytes.utf8("going" + i), 1);
        }
        bucket.meanwhile(() -> {
            for (int i = 0; i < 9; i++) {
                remove(KeyBytes.utf8("going" + i));
                put(KeyBytes.utf8("t" + i), 1);
            }
        });
        List<KeyBytes> found = names(all(KeyBytes.EMPTY, 2));
        assertThat(found).doesNotHaveDuplicates().isSorted();
        assertThat(found.stream().filter(staying::contains)).isEqualTo(staying);
    }

    @Test
    void aPageTokenIsAPlaceThoughAllNamesAroundItAreGone() throws IOException {
        for (int i = 0; i < 9; i++) {
            put(KeyBytes.utf8("f" + i), 1);
        }
        Listing first = lister().list(KeyBytes.EMPTY, Optional.empty(), 5);
        for (int i = 0; i < 8; i++) {
            remove(KeyBytes.utf8("f" + i));
        }
        assertThat(names(lister().list(KeyBytes.EMPTY, first.next(), 5))).containsExactly(KeyBytes.utf8("f8"));
    }

    @Test
    void theFolderOfAnUploadThatNobodyFinishedIsGone() throws IOException {
        put(KeyBytes.utf8("a"), 1);
        bucket.upload("below/up/loading/film");
        assertThat(all(KeyBytes.EMPTY, 10).folders()).containsExactly(KeyBytes.utf8("up"));
        assertThat(all(KeyBytes.utf8("up"), 10).folders()).containsExactly(KeyBytes.utf8("loading"));
        assertThatThrownBy(() -> all(KeyBytes.utf8("up/loading"), 10)).isInstanceOf(GoneFromStoreException.class);
    }

    @Test
    void theMarkerOfAnEmptyFolderIsTheFolderAndNoFile() throws IOException {
        put(KeyBytes.utf8("empty/"), 0);
        assertThat(all(KeyBytes.EMPTY, 1).folders()).containsExactly(KeyBytes.utf8("empty"));
        assertThat(all(KeyBytes.utf8("empty"), 10).size()).isZero();
    }

    /** Theirs are random, and those of the double look as if they were none. */
    @Test
    void anEtagIsNoIdentity() throws IOException {
        put(KeyBytes.utf8("a"), 1);
        assertThat(all(KeyBytes.EMPTY, 10).files())
                .singleElement()
                .satisfies(file -> assertThat(file.version()).matches("1-\"[0-9a-f]{32}\""))
                .satisfies(file -> assertThat(file.identity()).isNull());
    }

    @Test
    void aListingThatGoesOnWhereItWasIsEnded() {
        server.always(exchange -> {
            if (exchange.request().contains("list-type=2")) {
                exchange.respond(
                        200,
                        "Content-Type: application/xml\r\n",
                        "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>same</NextContinuationToken></ListBucketResult>");
            } else {
                bucket.answer(exchange);
            }
        });
        assertThatThrownBy(() -> all(KeyBytes.EMPTY, 10))
                .isInstanceOf(StoreAwayException.class)
                .hasMessageContaining("goes on where it was");
    }

    private int calls() {
        return (int) server.requests().stream()
                .filter(request -> request.contains("list-type=2"))
                .count();
    }
}
