package dev.quarry.proxy.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.store.MotoServer;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.ObjectVersion;
import software.amazon.awssdk.services.s3.model.RestoreRequest;
import software.amazon.awssdk.services.s3.model.StorageClass;

@EnabledIf(
        value = "dev.quarry.proxy.store.MotoServer#isInstalled",
        disabledReason = "there is no moto for the emulated S3; ./quarry setup installs it where Python is")
class MotoRunsTest extends S3RunsContract {
    MotoRunsTest() {
        super(MotoServer.shared());
    }

    @Override
    boolean checksKeys() {
        return false;
    }

    @Test
    void archivedObjectsFailWithoutAJobUntilTheyAreRestored() {
        for (StorageClass archive : new StorageClass[] {StorageClass.GLACIER, StorageClass.DEEP_ARCHIVE}) {
            server.client()
                    .putObject(
                            request -> request.bucket(bucket)
                                    .key("data/" + archive)
                                    .storageClass(archive),
                            RequestBody.fromString("frozen"));
        }
        put("data/warm.txt", "warm");
        TestStore store = store();
        RunsTest.assertCounts(store.open().complete(), Map.of("listed", 3, "indexed", 1, "failed", 2));
        assertThat(store.ledger())
                .isEqualTo(Map.of(
                        "GLACIER", "FAILED(ARCHIVED)", "DEEP_ARCHIVE", "FAILED(ARCHIVED)", "warm.txt", "INDEXED"));
        server.client()
                .restoreObject(request -> request.bucket(bucket)
                        .key("data/GLACIER")
                        .restoreRequest(RestoreRequest.builder().days(1).build()));
        RunsTest.assertCounts(
                store.open().complete(), Map.of("listed", 3, "indexed", 1, "unchanged", 1, "failed", 1, "carried", 1));
        assertThat(store.ledger()).containsEntry("GLACIER", "INDEXED");
    }

    @Test
    void ofAVersionedBucketTheNewestVersionsAreIndexed() {
        server.client()
                .putBucketVersioning(request -> request.bucket(bucket)
                        .versioningConfiguration(state -> state.status(BucketVersioningStatus.ENABLED)));
        put("data/a.txt", "one");
        put("data/b.txt", "two");
        TestStore store = store();
        RunsTest.assertCounts(store.open().complete(), Map.of("listed", 2, "indexed", 2));
        put("data/a.txt", "one, changed");
        remove("data/b.txt");
        RunsTest.assertCounts(store.open().complete(), Map.of("listed", 1, "indexed", 1, "deleted", 1));
        // The newest version of a, and b's deletion, are taken back.
        for (String key : new String[] {"data/a.txt", "data/b.txt"}) {
            server.client()
                    .deleteObject(request -> request.bucket(bucket).key(key).versionId(newest(key)));
        }
        RunsTest.assertCounts(store.open().complete(), Map.of("listed", 2, "indexed", 2));
    }

    /** Of an object, or of its deletion. */
    private String newest(String key) {
        ListObjectVersionsResponse versions = server.client()
                .listObjectVersions(request -> request.bucket(bucket).prefix(key));
        return versions.versions().stream()
                .filter(ObjectVersion::isLatest)
                .map(ObjectVersion::versionId)
                .findFirst()
                .orElseGet(() -> versions.deleteMarkers().get(0).versionId());
    }
}
