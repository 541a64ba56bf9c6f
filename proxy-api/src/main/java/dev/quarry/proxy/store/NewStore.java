package dev.quarry.proxy.store;

import dev.quarry.proxy.filter.NewFilters;
import org.jspecify.annotations.Nullable;

/** A store as somebody asks for it, unchecked. */
record NewStore(
        @Nullable String name,
        @Nullable String kind,
        @Nullable String root,
        @Nullable S3 s3,
        @Nullable Azure azure,
        @Nullable Filesystem filesystem,
        @Nullable Boolean includeHidden,
        @Nullable NewFilters filters,
        @Nullable DeletionLimits deletion,
        @Nullable Integer concurrency,
        @Nullable String site) {

    /** Settings in place of a store's. */
    record NewSettings(
            @Nullable Boolean includeHidden,
            @Nullable NewFilters filters,
            @Nullable DeletionLimits deletion,
            @Nullable Integer concurrency,
            @Nullable Filesystem filesystem) {}

    /** See {@link FilesystemSettings}. */
    record Filesystem(
            @Nullable Boolean followLinks, @Nullable Boolean crossMounts) {
        FilesystemSettings settings() {
            return new FilesystemSettings(
                    followLinks == null ? FilesystemSettings.STANDARD.followLinks() : followLinks,
                    crossMounts == null ? FilesystemSettings.STANDARD.crossMounts() : crossMounts);
        }
    }

    /**
     * @param ambient this process' own identity instead of a key
     * @param roleArn a role to be assumed instead of a key
     */
    record S3(
            @Nullable String bucket,
            @Nullable String prefix,
            @Nullable String region,
            @Nullable String endpoint,
            @Nullable Boolean pathStyle,
            @Nullable String accessKeyId,
            @Nullable Secret secretAccessKey,
            @Nullable Boolean ambient,
            @Nullable String roleArn) {}

    /** @param ambient this process' own identity instead of a key or token */
    record Azure(
            @Nullable String account,
            @Nullable String container,
            @Nullable String prefix,
            @Nullable String endpoint,
            @Nullable Secret accountKey,
            @Nullable Secret sasToken,
            @Nullable Boolean ambient) {}

    /** A credential that takes the place of a store's: s3 has the first two, azure one of the others. */
    record Key(
            @Nullable String accessKeyId,
            @Nullable Secret secretAccessKey,
            @Nullable Secret accountKey,
            @Nullable Secret sasToken) {}
}
