package dev.quarry.dev.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.dev.client.RunTotals;
import dev.quarry.postgres.FreePort;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.client.WorkflowClient;
import io.temporal.common.WorkflowExecutionHistory;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A run with everything switched on that is off by default: sealed payloads, proofs of possession required, a worker that signs and is bound to its site. */
@ExtendWith(SharedStack.class)
@Timeout(180)
class HardenedEndToEnd {
    /** In the name of each file and its folder, and nowhere else. */
    private static final String CANARY = "zanzibar";

    /** Of what activities answer: in each history, unless it is sealed. */
    private static final String ANSWER = "listingComplete";

    @TempDir
    Path secrets;

    @Test
    void aRunWithEverythingSwitchedOnCompletesAndItsHistoriesShowNothing() throws Exception {
        int job = FreePort.find();
        KeyPair pair = pair();
        try (TestStack stack = TestStack.start(
                Map.of(
                        "QUARRY_JOB_URL",
                        "http://127.0.0.1:" + job, // not through the fault proxy: proofs name the URL
                        "QUARRY_DPOP",
                        "true",
                        "QUARRY_CLIENT_ID",
                        "quarry-worker-one",
                        "QUARRY_CLIENT_KEY_FILE",
                        privateKey(pair).toString(),
                        "QUARRY_TEMPORAL_PAYLOAD_KEYS_FILE",
                        payloadKeys().toString()),
                Map.of(
                        "QUARRY_JOB_PORT", Integer.toString(job),
                        "QUARRY_ATTEMPT_REQUIREPROOF", "true",
                        "QUARRY_WORKER_SITES", "elsewhere",
                        "QUARRY_WORKERS_ONE_SITES", "default",
                        "QUARRY_WORKERS_ONE_KEYS_FILE", publicKeys(pair).toString()))) {
            String histories = histories(stack, "hardened");
            assertThat(histories).doesNotContain(CANARY).doesNotContain(ANSWER);
            assertThat(histories).contains("binary/encrypted");
        }
    }

    /** Files are numbers there: their names never go through Temporal. What runs and units answer is in clear. */
    @Test
    void withoutTheCodecHistoriesHoldNoNamesOfFilesEither(TestStack stack) throws Exception {
        String histories = histories(stack, "in-clear");
        assertThat(histories).doesNotContain(CANARY).contains(ANSWER);
    }

    /** The events of the run and of its first unit, byte by byte. */
    private static String histories(TestStack stack, String name) throws Exception {
        TestStore store = stack.store(name);
        Path folder = Files.createDirectory(store.folder().resolve(CANARY));
        for (int i = 0; i < 3; i++) {
            Files.writeString(folder.resolve(CANARY + i + ".txt"), "some words");
        }
        Files.writeString(folder.resolve(CANARY + "-broken.pdf"), "%PDF-1.7 and no more");
        RunTotals totals = store.run();
        assertThat(totals.count("listed")).isEqualTo(4);
        WorkflowServiceStubs stubs = WorkflowServiceStubs.newServiceStubs(WorkflowServiceStubsOptions.newBuilder()
                .setTarget(stack.parts().temporalTarget())
                .build());
        try {
            WorkflowClient client = WorkflowClient.newInstance(stubs);
            String run = "index/demo/" + name;
            return text(client.fetchHistory(run)) + text(client.fetchHistory(run + "/g1/u1"));
        } finally {
            stubs.shutdownNow();
        }
    }

    private static String text(WorkflowExecutionHistory history) {
        StringBuilder text = new StringBuilder();
        for (HistoryEvent event : history.getEvents()) {
            text.append(new String(event.toByteArray(), StandardCharsets.ISO_8859_1));
        }
        return text.toString();
    }

    private Path payloadKeys() throws IOException {
        return Files.writeString(
                secrets.resolve("payload.keys"), "today:" + Base64.getEncoder().encodeToString(new byte[32]) + "\n");
    }

    private static KeyPair pair() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private Path privateKey(KeyPair pair) throws IOException {
        String body = Base64.getMimeEncoder().encodeToString(pair.getPrivate().getEncoded());
        return Files.writeString(
                secrets.resolve("worker.pem"),
                "-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----\n");
    }

    private Path publicKeys(KeyPair pair) throws IOException {
        ECPublicKey key = (ECPublicKey) pair.getPublic();
        return Files.writeString(
                secrets.resolve("worker.jwks"),
                "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"%s\",\"y\":\"%s\"}]}"
                        .formatted(
                                coordinate(key.getW().getAffineX()),
                                coordinate(key.getW().getAffineY())));
    }

    private static String coordinate(BigInteger number) {
        byte[] bytes = number.toByteArray();
        byte[] fixed = bytes.length >= 32 ? Arrays.copyOfRange(bytes, bytes.length - 32, bytes.length) : new byte[32];
        if (bytes.length < 32) {
            System.arraycopy(bytes, 0, fixed, 32 - bytes.length, bytes.length);
        }
        return Base64.getUrlEncoder().withoutPadding().encodeToString(fixed);
    }
}
