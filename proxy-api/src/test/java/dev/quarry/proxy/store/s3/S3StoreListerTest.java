package dev.quarry.proxy.store.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.Listing;
import dev.quarry.proxy.store.StoreLister;
import dev.quarry.proxy.store.StoreListerContract;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf(
        value = "dev.quarry.proxy.store.S3Emulator#isInstalled",
        disabledReason = "there is no s3proxy for the emulated S3; ./quarry setup installs it")
class S3StoreListerTest extends StoreListerContract {
    private final S3TestStore store = new S3TestStore();

    @Override
    protected StoreLister lister() {
        return store.lister();
    }

    @Override
    protected void put(KeyBytes key, int size) {
        store.put(key, new byte[size]);
    }

    @Override
    protected void remove(KeyBytes key) {
        store.remove(key);
    }

    @Override
    protected boolean isSplit() {
        return true;
    }

    /** Not control characters: the emulator breaks its own XML with them, see {@link OddKeysOfBucketsTest}. */
    @Override
    protected List<KeyBytes> oddNames() {
        return List.of(
                KeyBytes.utf8("gr\u00fcn \u65e5\ud83d\ude00"),
                KeyBytes.utf8("100%41"),
                KeyBytes.utf8("a+b%2Fc"),
                KeyBytes.utf8("-rf *?#"));
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

    @Test
    void anEmptyBucketIsEmptyAndNotGone() throws IOException {
        assertThat(all(KeyBytes.EMPTY, 10).size()).isZero();
    }
}
