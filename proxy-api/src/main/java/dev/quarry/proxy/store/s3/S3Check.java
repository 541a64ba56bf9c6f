package dev.quarry.proxy.store.s3;

import dev.quarry.proxy.store.Entry;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.Listing;
import dev.quarry.proxy.store.Store;
import dev.quarry.proxy.store.StoreCheck;
import dev.quarry.proxy.store.StoreContent;
import dev.quarry.proxy.store.StoreException;
import dev.quarry.proxy.store.StoreLister;
import dev.quarry.proxy.store.StoreReader;
import java.io.IOException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.GetBucketVersioningResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;

/** Tries what a run will do. */
final class S3Check {
    /** What S3 allows between a request's signature and its own clock is 15 minutes. */
    private static final Duration SKEW = Duration.ofMinutes(5);

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
            ListObjectsV2Response answer =
                    connection.lists.listObjectsV2(request -> request.bucket(connection.settings.bucket())
                            .maxKeys(1)
                            .prefix(new String(store.root().bytes(), java.nio.charset.StandardCharsets.UTF_8)));
            checks.add(StoreCheck.good("reach", "the endpoint answers"));
            listAndRead(checks);
            checks.add(versioned());
            checks.add(clock(answer.sdkHttpResponse()));
        } catch (AwsServiceException refused) {
            checks.add(StoreCheck.good("reach", "the endpoint answers"));
            checks.add(StoreCheck.bad("list", message(refused)));
        } catch (SdkException away) {
            checks.add(StoreCheck.bad("reach", message(away)));
        }
        return checks;
    }

    private void listAndRead(List<StoreCheck> checks) {
        try {
            Listing page = lister.list(KeyBytes.EMPTY, Optional.empty(), 1_000);
            checks.add(StoreCheck.good("list", page.size() + " names in its first page"));
            checks.add(page.files().stream()
                    .filter(entry -> !entry.archived())
                    .findFirst()
                    .map(this::read)
                    .orElseGet(() -> StoreCheck.unknown("read", "no file that could be read lies at the top")));
        } catch (StoreException failed) {
            checks.add(StoreCheck.bad("list", String.valueOf(failed.getMessage())));
        }
    }

    private StoreCheck read(Entry entry) {
        try (StoreContent content = reader.open(entry.name(), entry.version(), Optional.empty())) {
            content.stream().read();
            return StoreCheck.good("read", "'" + entry.name() + "' can be read");
        } catch (IOException failed) {
            return StoreCheck.bad("read", String.valueOf(failed.getMessage()));
        }
    }

    private StoreCheck versioned() {
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

    private static StoreCheck clock(SdkHttpResponse answer) {
        Optional<String> date = answer.firstMatchingHeader("Date");
        if (date.isEmpty()) {
            return StoreCheck.unknown("clock", "the store tells no time");
        }
        try {
            Duration skew = Duration.between(
                            ZonedDateTime.parse(date.get(), DateTimeFormatter.RFC_1123_DATE_TIME), ZonedDateTime.now())
                    .abs();
            String detail = "this machine and the store differ by " + skew.toSeconds() + " s";
            return skew.compareTo(SKEW) <= 0 ? StoreCheck.good("clock", detail) : StoreCheck.bad("clock", detail);
        } catch (DateTimeParseException unreadable) {
            return StoreCheck.unknown("clock", "the store tells no time that could be read");
        }
    }

    private String message(SdkException failed) {
        return String.valueOf(S3Errors.map(failed, "bucket '" + connection.settings.bucket() + "'")
                .getMessage());
    }
}
