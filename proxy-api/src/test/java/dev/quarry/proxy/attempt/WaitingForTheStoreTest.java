package dev.quarry.proxy.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi.Answer;
import dev.quarry.proxy.run.TestStore;
import dev.quarry.proxy.run.TestStore.TestRun;
import dev.quarry.proxy.store.S3Emulator;
import dev.quarry.proxy.store.S3Server;
import dev.quarry.proxy.store.StoreFaults;
import java.io.IOException;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import tools.jackson.databind.JsonNode;

/** What a run says while its agents cannot read, and what agents are told. */
@EnabledIf(
        value = "dev.quarry.proxy.store.S3Emulator#isInstalled",
        disabledReason = "there is no s3proxy for the emulated S3; ./quarry setup installs it")
class WaitingForTheStoreTest {
    private final S3Emulator server = S3Emulator.shared();
    private final String bucket = server.newBucket();

    @Test
    void aDownloadThatIsRefusedForTheCredentialIsWaitedForAndTheRunSaysWhy() throws IOException {
        server.put(bucket, "a.txt", "one".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        try (StoreFaults wire = new StoreFaults(server.port())) {
            TestRun run = store(wire).open();
            run.walk();
            Agent agent = ReadRun.opened(run.take(1).get(0), UUID.randomUUID());
            wire.always(exchange -> exchange.respond(400, "ExpiredToken"));
            Answer away = agent.content(0);
            assertThat(away.status()).isEqualTo(503);
            assertThat(away.body()).as("nothing that an agent need not know").doesNotContain("ExpiredToken");
            assertThat(waiting(run).get("reason").asString()).contains("credential", "a.txt", "ExpiredToken");
            wire.always(StoreFaults.Exchange::pass);
            assertThat(agent.content(0).body()).isEqualTo("one");
            assertThat(waiting(run).isNull()).isTrue();
            run.close(true);
        }
    }

    @Test
    void anObjectThatBecameArchivedSinceItWasListedIsSaidToBe() throws IOException {
        server.put(bucket, "a.txt", "one".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        try (StoreFaults wire = new StoreFaults(server.port())) {
            TestStore store = store(wire);
            TestRun run = store.open();
            run.walk();
            wire.always(exchange -> exchange.respond(403, "InvalidObjectState"));
            assertThat(new ReadRun(run).work()).isZero();
            JsonNode totals = run.close(false);
            assertThat(totals.get("imbalance").isNull()).as(totals.toString()).isTrue();
            assertThat(store.ledger()).containsEntry("a.txt", "FAILED(ARCHIVED)");
            wire.always(StoreFaults.Exchange::pass);
            assertThat(ReadRun.complete(store.open()).get("indexed").asInt())
                    .as("its listed class is no archive: it is tried again")
                    .isEqualTo(1);
        }
    }

    @Test
    void whatIsReadAfterAnObjectThatIsRefusedForGoodDoesNotWaitForIt() throws IOException {
        for (String name : new String[] {"a.txt", "b.txt", "c.txt"}) {
            server.put(bucket, name, name.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
        try (StoreFaults wire = new StoreFaults(server.port())) {
            TestRun run = store(wire).open();
            run.walk();
            wire.always(exchange -> {
                if (exchange.request().contains("/b.txt")) {
                    exchange.respond(400, "InvalidRequest");
                } else {
                    exchange.pass();
                }
            });
            assertThat(new ReadRun(run).work()).isEqualTo(2);
            assertThat(waiting(run).isNull()).isTrue();
            run.close(true);
        }
    }

    private TestStore store(StoreFaults wire) {
        return TestStore.s3(
                "{\"bucket\":\"%s\",\"endpoint\":\"%s\",\"pathStyle\":true,\"accessKeyId\":\"%s\",\"secretAccessKey\":\"%s\"}"
                        .formatted(bucket, wire.endpoint(), S3Server.KEY_ID, S3Server.SECRET));
    }

    private static JsonNode waiting(TestRun run) {
        return TestStore.people("/api/v1/runs/" + run.id).json().get("waiting");
    }
}
