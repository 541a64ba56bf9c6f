package dev.quarry.proxy.store.s3;

import dev.quarry.proxy.store.Store;
import dev.quarry.proxy.store.StoreCheck;
import dev.quarry.proxy.store.StoreLister;
import dev.quarry.proxy.store.StoreReader;
import dev.quarry.proxy.store.StoreTrial;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.GetBucketVersioningResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;

/** Tries what a run will do. */
final class S3Check {
    private final S3Connection connection;
    private final Store store;
    private final StoreLister lister;
    private final StoreReader reader;

    S3Check(S3Connection connection, Store store, StoreLister lister, StoreReader reader) {
        this.connection = connection;
        this.store = store;
        this.lister = lister;
        this.reader = reader;
    }

    List<StoreCheck> all() {
        List<StoreCheck> checks = new ArrayList<>();
        try {
            String prefix = new String(store.root().bytes(), StandardCharsets.UTF_8);
            ListObjectsV2Response answer = connection.lists.listObjectsV2(request ->
                    request.bucket(connection.settings.bucket()).maxKeys(1).prefix(prefix.isEmpty() ? null : prefix));
            checks.add(StoreCheck.good("reach", "the endpoint answers"));
            checks.addAll(StoreTrial.listAndRead(lister, reader));
            checks.add(versioned());
            checks.add(StoreTrial.clock(
                    answer.sdkHttpResponse().firstMatchingHeader("Date").orElse(null)));
        } catch (AwsServiceException refused) {
            checks.add(StoreCheck.good("reach", "the endpoint answers"));
            checks.add(StoreCheck.bad("list", message(refused)));
        } catch (SdkException away) {
            checks.add(StoreCheck.bad("reach", message(away)));
        }
        return checks;
    }

    private StoreCheck versioned() {
        if (connection.settings.isDirectoryBucket()) {
            return StoreCheck.bad("versioned", "a directory bucket keeps no versions; none are needed");
        }
        try {
            GetBucketVersioningResponse answer =
                    connection.lists.getBucketVersioning(request -> request.bucket(connection.settings.bucket()));
            return answer.status() == BucketVersioningStatus.ENABLED
                    ? StoreCheck.good("versioned", "the bucket keeps versions")
                    : StoreCheck.bad("versioned", "the bucket keeps no versions; none are needed");
        } catch (SdkException unknown) {
            return StoreCheck.unknown("versioned", message(unknown));
        }
    }

    private String message(SdkException failed) {
        return String.valueOf(S3Errors.ofFolder(failed, "bucket '" + connection.settings.bucket() + "'")
                .getMessage());
    }
}
