package dev.quarry.proxy.store.azure;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.util.BinaryData;
import com.azure.storage.blob.models.AccessTier;
import dev.quarry.proxy.store.AzureEmulator;
import dev.quarry.proxy.store.Entry;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.Listing;
import dev.quarry.proxy.store.RemoteListerContract;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf(
        value = "dev.quarry.proxy.store.AzureEmulator#isInstalled",
        disabledReason =
                "there is no Azurite for the emulated Azure; ./quarry setup installs it where node and npm are")
class AzureStoreListerTest extends RemoteListerContract {
    private final AzureTestStore store = new AzureTestStore();

    @Override
    protected AzureTestStore store() {
        return store;
    }

    /** Not control characters, see {@link OddNamesOfContainersTest}. */
    @Override
    protected List<KeyBytes> oddNames() {
        return List.of(
                KeyBytes.utf8("gr\u00fcn \u65e5\ud83d\ude00"),
                KeyBytes.utf8("100%41"),
                KeyBytes.utf8("a+b%2Fc"),
                KeyBytes.utf8("-rf *?#"));
    }

    @Test
    void blobsThatStandForDirectoriesAreFoldersAndNoFiles() throws IOException {
        put(KeyBytes.utf8("empty/"), 0);
        put(KeyBytes.utf8("f"), 1);
        put(KeyBytes.utf8("marked/x"), 1);
        for (String name : new String[] {"marked", "marked-alone"}) {
            AzureEmulator.shared()
                    .blob(store.container, name)
                    .getBlockBlobClient()
                    .uploadWithResponse(
                            new ByteArrayInputStream(new byte[0]),
                            0,
                            null,
                            Map.of("hdi_isfolder", "true"),
                            null,
                            null,
                            null,
                            null,
                            com.azure.core.util.Context.NONE);
        }
        for (int max : new int[] {1, 10}) {
            Listing root = all(KeyBytes.EMPTY, max);
            assertThat(root.folders()).containsExactly(KeyBytes.utf8("empty"), KeyBytes.utf8("marked"));
            assertThat(names(root)).containsExactly(KeyBytes.utf8("f"));
        }
        Listing folder = all(KeyBytes.utf8("empty"), 10);
        assertThat(folder.size()).isZero();
    }

    @Test
    void snapshotsAndBlocksThatNobodyCommittedAreNotListed() throws IOException {
        put(KeyBytes.utf8("a"), 1);
        AzureEmulator emulator = AzureEmulator.shared();
        emulator.blob(store.container, "a").createSnapshot();
        emulator.blob(store.container, "uncommitted")
                .getBlockBlobClient()
                .stageBlock("MDAwMQ==", BinaryData.fromString("block"));
        assertThat(names(all(KeyBytes.EMPTY, 10))).containsExactly(KeyBytes.utf8("a"));
    }

    @Test
    void archivedBlobsAreToldByTheListing() throws IOException {
        put(KeyBytes.utf8("a"), 1);
        put(KeyBytes.utf8("b"), 1);
        AzureEmulator.shared().blob(store.container, "a").setAccessTier(AccessTier.ARCHIVE);
        assertThat(all(KeyBytes.EMPTY, 10).files().stream()
                        .filter(Entry::archived)
                        .map(Entry::name))
                .containsExactly(KeyBytes.utf8("a"));
    }

    @Test
    void theSameBytesHaveTheSameIdentityWhateverTheirNameAndOthersHaveAnother() throws IOException {
        store.put(KeyBytes.utf8("a"), new byte[] {1, 2, 3});
        store.put(KeyBytes.utf8("b"), new byte[] {1, 2, 3});
        store.put(KeyBytes.utf8("c"), new byte[] {1, 2, 4});
        List<Entry> files = all(KeyBytes.EMPTY, 10).files();
        assertThat(files.get(0).identity())
                .startsWith("md5:")
                .isEqualTo(files.get(1).identity());
        assertThat(files.get(2).identity())
                .startsWith("md5:")
                .isNotEqualTo(files.get(0).identity());
        assertThat(files.get(0).version()).isNotEqualTo(files.get(1).version());
    }
}
