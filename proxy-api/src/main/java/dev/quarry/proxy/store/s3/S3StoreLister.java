package dev.quarry.proxy.store.s3;

import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.KeyPage;
import dev.quarry.proxy.store.KeyStoreLister;
import dev.quarry.proxy.store.Store;
import dev.quarry.proxy.store.StoreException;
import dev.quarry.proxy.store.TextKey;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.OptionalObjectAttributes;

/** A bucket, which sorts a folder by its name and the slash, among the files, and goes on with {@code start-after}. */
final class S3StoreLister extends KeyStoreLister<S3Connection> {
    private static final int MOST_KEYS = 1_000;
    private static final int MOST_BYTES = 1_024;
    /** After every key of a folder: the last code point, in a place where hardly any key has it. A key that does is seen to be of a folder known already. */
    private static final String LAST = new String(Character.toChars(Character.MAX_CODE_POINT));

    S3StoreLister(S3Connections connections, Store store) {
        super(connections, store);
    }

    @Override
    protected @Nullable String answer(S3Connection connection, Asked asked, @Nullable String token, KeyPage page)
            throws StoreException {
        ListObjectsV2Response answer = answer(
                connection,
                ListObjectsV2Request.builder()
                        .bucket(connection.settings.bucket())
                        .prefix(asked.prefix())
                        .delimiter("/")
                        .encodingType(EncodingType.URL)
                        .startAfter(startAfter(asked.prefix(), asked.after()))
                        .continuationToken(token)
                        .maxKeys(Math.min(asked.max(), MOST_KEYS))
                        .build());
        S3Page.add(answer, page, asked.shown(), true);
        return answer.nextContinuationToken();
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

    private static @Nullable String startAfter(String prefix, Optional<KeyBytes> after) throws StoreException {
        if (after.isEmpty()) {
            return null;
        }
        String last = prefix + TextKey.of(KeyBytes.EMPTY, after.get());
        boolean isFolder = after.get().endsWithSlash();
        return isFolder && KeyBytes.utf8(last + LAST).bytes().length <= MOST_BYTES ? last + LAST : last;
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
