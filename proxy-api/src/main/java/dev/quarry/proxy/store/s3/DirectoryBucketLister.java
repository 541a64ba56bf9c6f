package dev.quarry.proxy.store.s3;

import dev.quarry.proxy.store.ListedNames;
import dev.quarry.proxy.store.Store;
import dev.quarry.proxy.store.StoreException;
import dev.quarry.proxy.store.UnorderedLister;
import java.util.Optional;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;

/**
 * A directory bucket of S3 Express One Zone, which lists in no order and takes no {@code start-after}. The prefix of an upload that nobody finished is a folder
 * that holds nothing, and so gone when it is listed.
 */
final class DirectoryBucketLister extends UnorderedLister<S3Connection> {
    /** With what was listed of them some 20 MB, of each folder that is listed at once. */
    private static final int NAMES = 50_000;

    DirectoryBucketLister(S3Connections connections, Store store) {
        this(connections, store, NAMES);
    }

    /** @param mostNames held of one folder */
    DirectoryBucketLister(S3Connections connections, Store store, int mostNames) {
        super(connections, store, mostNames);
    }

    @Override
    protected Optional<String> answer(S3Connection connection, Asked asked, Optional<String> token, ListedNames names)
            throws StoreException {
        ListObjectsV2Response answer =
                connection.lists.listObjectsV2(request -> request.bucket(connection.settings.bucket())
                        .prefix(asked.prefix().isEmpty() ? null : asked.prefix())
                        .delimiter("/")
                        .encodingType(EncodingType.URL)
                        .continuationToken(token.orElse(null)));
        // Their ETags are random, even where they look like an MD5.
        S3Page.add(answer, names, asked.shown(), false);
        return names.isMore() ? Optional.of(answer.nextContinuationToken()) : Optional.empty();
    }

    @Override
    protected String root(S3Connection connection) {
        return "bucket '" + connection.settings.bucket() + "'";
    }

    @Override
    protected StoreException mapped(RuntimeException failed, String shown) {
        return S3Errors.ofFolder(failed, shown);
    }
}
