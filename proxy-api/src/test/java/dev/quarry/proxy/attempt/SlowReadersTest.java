package dev.quarry.proxy.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.run.TestStore;
import dev.quarry.proxy.run.TestStore.TestRun;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Agents that read slowly, or not at all, are nobody's trouble but their tenant's. */
class SlowReadersTest {
    private static final RunningApi API = RunningApi.shared();

    @Test
    @Timeout(60)
    void agentsThatDoNotReadLeaveRoomForCallsAndForOtherTenants() throws IOException {
        TestStore store = new TestStore();
        try (RandomAccessFile file =
                new RandomAccessFile(store.root.resolve("large.bin").toFile(), "rw")) {
            file.setLength(64 << 20);
        }
        TestRun run = store.open();
        run.walk();
        Agent slow = ReadRun.opened(run.take(1).get(0), UUID.randomUUID());
        slow.budget(1L << 40);
        Unit other = Unit.of(1);
        Agent honest = new Agent(other.open(UUID.randomUUID(), 0));
        List<SlowReader> readers = new ArrayList<>();
        try {
            for (int i = 0; i < 130; i++) {
                readers.add(slow.reader(API, 0));
            }
            assertThat(honest.claim().status()).isEqualTo(200);
            assertThat(honest.renew().status()).isEqualTo(200);
            assertThat(honest.done(0).status()).isEqualTo(200);
            assertThat(honest.content(0).json().get("code").asString())
                    .as("its store is nowhere, and was asked")
                    .isEqualTo("not_readable");
            List<String> heads = readers.stream().map(SlowReader::head).toList();
            assertThat(heads.stream().filter(head -> head.startsWith("HTTP/1.1 200")))
                    .as("two thirds of 64")
                    .hasSize(43);
            assertThat(heads.stream().filter(head -> !head.startsWith("HTTP/1.1 200")))
                    .allMatch(head -> head.startsWith("HTTP/1.1 503") && head.contains("Retry-After: 1"));
        } finally {
            readers.forEach(SlowReader::close);
        }
        run.close(true);
    }
}
