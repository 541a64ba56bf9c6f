package dev.quarry.proxy.store.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.Listing;
import dev.quarry.proxy.store.RemoteListerContract;
import java.io.IOException;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What every S3 must do when it is listed. A variant says where the bucket is, and which names it allows. */
abstract class BucketListerContract extends RemoteListerContract {
    @Override
    protected abstract S3TestStore store();

    @Override
    protected final boolean isSplit() {
        return !isDirectory();
    }

    @Override
    protected final boolean looksAgain() {
        return !isDirectory();
    }

    private boolean isDirectory() {
        return Objects.requireNonNull(store().store.s3()).isDirectoryBucket();
    }

    @Test
    void theMarkerOfAnEmptyFolderIsTheFolderAndNoFile() throws IOException {
        put(KeyBytes.utf8("empty/"), 0);
        put(KeyBytes.utf8("f"), 1);
        Listing root = all(KeyBytes.EMPTY, 1);
        assertThat(root.folders()).containsExactly(KeyBytes.utf8("empty"));
        assertThat(names(root)).containsExactly(KeyBytes.utf8("f"));
        Listing folder = all(KeyBytes.utf8("empty"), 10);
        assertThat(folder.files()).isEmpty();
        assertThat(folder.folders()).isEmpty();
    }
}
