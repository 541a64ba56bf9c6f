package dev.quarry.proxy.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi.Answer;
import dev.quarry.proxy.run.TestStore;
import dev.quarry.proxy.store.KeyBytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Keys that people would not believe in, from the listing to the search: each store's own set. A variant gives the set-up only. */
abstract class OddKeysContract {
    abstract TestStore store();

    abstract void put(KeyBytes key, String content) throws IOException;

    abstract List<KeyBytes> oddKeys();

    @Test
    void everyKeyIsListedDownloadedShownAndFound() throws IOException {
        List<KeyBytes> keys = oddKeys();
        for (int i = 0; i < keys.size(); i++) {
            put(keys.get(i), word(i));
        }
        TestStore store = store();
        Answer plain =
                store.settings("{\"includeHidden\":true,\"filters\":{\"includeJunk\":true,\"ignoreFile\":\"\"}}");
        assertThat(plain.status()).as(plain.body()).isEqualTo(200);
        JsonNode totals = ReadRun.complete(store.open());
        assertThat(totals.get("imbalance").isNull()).as(totals.toString()).isTrue();
        assertThat(totals.get("indexed").asInt()).as(totals.toString()).isEqualTo(keys.size());
        assertThat(shown(store, ""))
                .containsExactlyInAnyOrderElementsOf(
                        keys.stream().map(KeyBytes::base64Url).toList());
        for (int i = 0; i < keys.size(); i++) {
            assertThat(found(store, word(i)))
                    .as(keys.get(i).toString())
                    .containsExactly(keys.get(i).base64Url());
        }
        JsonNode again = ReadRun.complete(store.open());
        assertThat(again.get("unchanged").asInt()).as(again.toString()).isEqualTo(keys.size());
    }

    private static String word(int i) {
        return "oddword" + i + "x";
    }

    /** Keys, by folder, as somebody sees them who browses. */
    private static List<String> shown(TestStore store, String folder) {
        JsonNode page = TestStore.people("/api/v1/stores/" + store.name + "/files?limit=1000" + folder)
                .json();
        List<String> keys = new ArrayList<>();
        page.get("files").forEach(file -> {
            assertThat(file.get("name").asString()).as("something to see").isNotEmpty();
            keys.add(file.get("key").asString());
        });
        page.get("folders")
                .forEach(below -> keys.addAll(
                        shown(store, "&folder=" + below.get("folder").asString())));
        return keys;
    }

    private static List<String> found(TestStore store, String word) {
        List<String> keys = new ArrayList<>();
        TestStore.people("/api/v1/search?store=" + store.name + "&q=" + word)
                .json()
                .get("hits")
                .forEach(hit -> keys.add(
                        TestStore.people("/api/v1/files/" + hit.get("file").asString())
                                .json()
                                .get("key")
                                .asString()));
        return keys;
    }
}
