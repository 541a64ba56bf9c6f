package dev.quarry.proxy.store.s3;

import dev.quarry.proxy.store.GoneFromStoreException;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.KeyPage;
import dev.quarry.proxy.store.Listing;
import dev.quarry.proxy.store.Store;
import dev.quarry.proxy.store.StoreAwayException;
import dev.quarry.proxy.store.StoreException;
import dev.quarry.proxy.store.StoreLister;
import dev.quarry.proxy.store.TextKey;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.OptionalObjectAttributes;

/**
 * A bucket as folders: the delimiter is '/'. S3 sorts a folder by its name and the slash, among the files; a page token is the name last seen, with the
 * slash if that was a folder, so a walk goes on with {@code start-after} at any time.
 */
final class S3StoreLister implements StoreLister {
    private static final int MOST_KEYS = 1_000;
    private static final int MOST_BYTES = 1_024;
    /** Pages without a name, as of a bucket full of delete markers, that are passed over within one call. */
    private static final int EMPTY_PAGES = 100;
    /** After every key of a folder: the last code point, in a place where hardly any key has it. A key that does is seen to be of a folder known already. */
    private static final String LAST = new String(Character.toChars(Character.MAX_CODE_POINT));

    private final S3Connections connections;
    private final Store store;
    private Instant throttled = Instant.MIN;

    S3StoreLister(S3Connections connections, Store store) {
        this.connections = connections;
        this.store = store;
    }

    @Override
    public Listing list(KeyBytes folder, Optional<KeyBytes> after, int max) throws StoreException {
        S3Connection connection = connections.take(store);
        try {
            return list(connection, folder, after, max);
        } catch (SdkException failed) {
            throw S3Errors.map(failed, shown(connection, folder));
        } finally {
            throttled = connection.throttled();
            connection.giveBack();
        }
    }

    @Override
    public Optional<KeyBytes> probe(KeyBytes folder, KeyBytes name) throws StoreException {
        return list(folder, Optional.of(name), 1).next();
    }

    @Override
    public boolean throttledSince(Instant time) {
        return !throttled.isBefore(time);
    }

    private Listing list(S3Connection connection, KeyBytes folder, Optional<KeyBytes> after, int max)
            throws StoreException {
        String prefix = TextKey.of(store.root(), folder.prefix());
        ListObjectsV2Request.Builder request = ListObjectsV2Request.builder()
                .bucket(connection.settings.bucket())
                .prefix(prefix)
                .delimiter("/")
                .encodingType(EncodingType.URL)
                .startAfter(startAfter(prefix, after))
                .maxKeys(Math.min(Math.max(1, max), MOST_KEYS));
        String shown = shown(connection, folder);
        KeyPage page = new KeyPage(prefix, after, Comparator.naturalOrder(), shown);
        for (int i = 0; i < EMPTY_PAGES; i++) {
            ListObjectsV2Response answer = answer(connection, request.build());
            S3Page.add(answer, page, shown);
            if (page.isMore() && page.hasMoved()) {
                return page.listing();
            }
            if (!page.isMore()) {
                return whole(page, folder, after);
            }
            // Good inside this call only; where there is a name to go on after, the next page begins there.
            request.continuationToken(answer.nextContinuationToken());
        }
        throw new StoreAwayException(shown + ": " + EMPTY_PAGES + " pages of the listing hold nothing");
    }

    /** With what tells restored objects from archived ones. Others than AWS may refuse to be asked, so they are asked only where it matters. */
    private static ListObjectsV2Response answer(S3Connection connection, ListObjectsV2Request request) {
        ListObjectsV2Request withRestored = request.toBuilder()
                .optionalObjectAttributes(OptionalObjectAttributes.RESTORE_STATUS)
                .build();
        if (connection.settings.endpoint() == null) {
            return connection.lists.listObjectsV2(withRestored);
        }
        ListObjectsV2Response answer = connection.lists.listObjectsV2(request);
        if (answer.contents().stream().noneMatch(S3Page::isOfArchive)) {
            return answer;
        }
        try {
            return connection.lists.listObjectsV2(withRestored);
        } catch (AwsServiceException unknownThere) {
            return answer;
        }
    }

    private static Listing whole(KeyPage page, KeyBytes folder, Optional<KeyBytes> after)
            throws GoneFromStoreException {
        if (after.isEmpty() && !folder.isEmpty() && !page.hasMoved()) {
            throw new GoneFromStoreException("'" + folder + "' is not there any more");
        }
        return page.listing();
    }

    private static @Nullable String startAfter(String prefix, Optional<KeyBytes> after) throws StoreException {
        if (after.isEmpty()) {
            return null;
        }
        String last = prefix + TextKey.of(KeyBytes.EMPTY, after.get());
        boolean isFolder = after.get().endsWithSlash();
        return isFolder && KeyBytes.utf8(last + LAST).bytes().length <= MOST_BYTES ? last + LAST : last;
    }

    private static String shown(S3Connection connection, KeyBytes folder) {
        return folder.isEmpty() ? "bucket '" + connection.settings.bucket() + "'" : "'" + folder + "'";
    }
}
