package dev.quarry.proxy.store;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.quarry.proxy.filter.Filters;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A store as people see it; what it has not is left out.
 *
 * @param filters only when one store is read
 * @param deletion likewise
 * @param files in the ledger now; only when one store is read
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record StoreView(
        String name,
        String kind,
        String root,

        @Nullable S3View s3,

        @Nullable AzureView azure,

        @Nullable FilesystemSettings filesystem,

        boolean includeHidden,

        @Nullable Filters filters,

        @Nullable DeletionLimits deletion,

        @Nullable Integer concurrency,

        String site,

        @Nullable Long files,

        Instant createdAt) {
    static StoreView of(
            Store store, @Nullable Filters filters, @Nullable DeletionLimits deletion, @Nullable Long files) {
        return new StoreView(
                store.name(),
                store.kind().label(),
                store.root().toString(),
                S3View.of(store),
                AzureView.of(store),
                store.filesystem(),
                store.includeHidden(),
                filters,
                deletion,
                store.concurrency(),
                store.site(),
                files,
                store.createdAt());
    }

    /** Never the secret. */
    record S3View(
            String bucket,
            String prefix,
            String region,
            @Nullable String endpoint,
            boolean pathStyle,
            @Nullable String accessKeyId,

            @Nullable String roleArn,

            @Nullable String externalId) {
        static @Nullable S3View of(Store store) {
            S3Settings s3 = store.s3();
            AssumedRole role = s3 == null ? null : s3.role();
            return s3 == null
                    ? null
                    : new S3View(
                            s3.bucket(),
                            store.root().toString(),
                            s3.region(),
                            s3.endpoint(),
                            s3.pathStyle(),
                            s3.accessKeyId(),
                            role == null ? null : role.arn(),
                            role == null ? null : role.externalId());
        }
    }

    /** Never the secret. @param credential what it is */
    record AzureView(
            String account,
            String container,
            String prefix,
            @Nullable String endpoint,
            String credential) {
        static @Nullable AzureView of(Store store) {
            AzureSettings azure = store.azure();
            return azure == null
                    ? null
                    : new AzureView(
                            azure.account(),
                            azure.container(),
                            store.root().toString(),
                            azure.endpoint(),
                            azure.credential().label());
        }
    }
}
