package dev.quarry.proxy.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.run.TestStore.TestRun;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.MemoryBuckets;
import dev.quarry.proxy.store.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A folder whose first page takes longer than the call that asked for it: another call commits it. */
@Timeout(60)
class SlowFoldersTest {
    private final String bucket = "memory-" + UUID.randomUUID();
    private final MemoryStore keys = MemoryBuckets.of(bucket);

    @Test
    void whatTheIgnoreFileRulesOutIsFilteredWhicheverCallCommitsIt() {
        put(".quarryignore", "*.bak");
        put("d/a.bak", "one");
        put("d/b.txt", "two");
        MemoryStore.Gate gate = keys.gate(KeyBytes.utf8("d"));
        TestStore store = TestStore.memory(bucket).walkedBy(SmallPages.api());
        TestRun run = store.open();
        while (gate.reached().getCount() > 0) {
            run.advance();
        }
        gate.open().countDown();
        RunsTest.assertCounts(run.complete(), Map.of("listed", 3, "filtered", 2, "indexed", 1));
        assertThat(store.ledger())
                .isEqualTo(Map.of(
                        ".quarryignore",
                        "FILTERED(hidden)",
                        "d/a.bak",
                        "FILTERED(ignore:.quarryignore:1)",
                        "d/b.txt",
                        "INDEXED"));
    }

    private void put(String key, String content) {
        keys.put(KeyBytes.utf8(key), content.getBytes(StandardCharsets.UTF_8));
    }
}
