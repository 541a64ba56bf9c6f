package dev.quarry.proxy.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.run.TestStore;
import dev.quarry.proxy.run.TestStore.TestRun;
import dev.quarry.proxy.store.AzureEmulator;
import dev.quarry.proxy.store.S3Emulator;
import dev.quarry.proxy.store.S3Server;
import dev.quarry.proxy.store.StoreFaults;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/** Bytes are hashed as they pass where the store does not say what they are, and only there. */
class VouchedContentTest {
    private static final byte[] CONTENT = "0123456789".getBytes(StandardCharsets.UTF_8);
    private static final String SHA256 = "84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882";

    @Test
    @EnabledIf(
            value = "dev.quarry.proxy.store.S3Emulator#isInstalled",
            disabledReason = "there is no s3proxy for the emulated S3; ./quarry setup installs it")
    void anObjectPutWholeIsNotHashedAndOneOfPartsOrUnderAKeyOfKmsIs() throws IOException {
        S3Emulator server = S3Emulator.shared();
        String bucket = server.newBucket();
        try (StoreFaults wire = new StoreFaults(server.port())) {
            server.put(bucket, "a.txt", CONTENT);
            assertThat(hashed(bucket(bucket, wire.endpoint()))).isEmpty();
            wire.always(exchange -> exchange.replacing(
                    "Connection: close\r\n", "Connection: close\r\nx-amz-server-side-encryption: aws:kms\r\n"));
            assertThat(hashed(bucket(bucket, wire.endpoint())))
                    .as("its ETag is no MD5")
                    .containsExactly(SHA256);
            wire.always(StoreFaults.Exchange::pass);
            putInParts(server.client(), bucket, "a.txt");
            assertThat(hashed(bucket(bucket, wire.endpoint()))).containsExactly(SHA256);
        }
    }

    private static TestStore bucket(String bucket, URI endpoint) {
        return TestStore.s3(
                "{\"bucket\":\"%s\",\"endpoint\":\"%s\",\"pathStyle\":true,\"accessKeyId\":\"%s\",\"secretAccessKey\":\"%s\"}"
                        .formatted(bucket, endpoint, S3Server.KEY_ID, S3Server.SECRET));
    }

    private static void putInParts(S3Client client, String bucket, String key) {
        String upload = client.createMultipartUpload(
                        request -> request.bucket(bucket).key(key))
                .uploadId();
        String etag = client.uploadPart(
                        request ->
                                request.bucket(bucket).key(key).uploadId(upload).partNumber(1),
                        RequestBody.fromBytes(CONTENT))
                .eTag();
        CompletedPart only = CompletedPart.builder().partNumber(1).eTag(etag).build();
        client.completeMultipartUpload(request ->
                request.bucket(bucket).key(key).uploadId(upload).multipartUpload(parts -> parts.parts(only)));
    }

    @Test
    @EnabledIf(
            value = "dev.quarry.proxy.store.AzureEmulator#isInstalled",
            disabledReason =
                    "there is no Azurite for the emulated Azure; ./quarry setup installs it where node and npm are")
    void aBlobWithAnMd5IsNotHashedAndOneWithoutIs() {
        AzureEmulator server = AzureEmulator.shared();
        String container = server.newContainer();
        TestStore store =
                TestStore.azure("{\"account\":\"%s\",\"container\":\"%s\",\"endpoint\":\"%s\",\"accountKey\":\"%s\"}"
                        .formatted(AzureEmulator.ACCOUNT, container, server.endpoint(), AzureEmulator.KEY));
        server.put(container, "a.txt", CONTENT);
        assertThat(hashed(store)).isEmpty();
        var blob = server.blob(container, "a.txt").getBlockBlobClient();
        String block = Base64.getEncoder().encodeToString("one".getBytes(StandardCharsets.UTF_8));
        blob.stageBlock(block, new ByteArrayInputStream(CONTENT), CONTENT.length);
        blob.commitBlockList(List.of(block), true);
        assertThat(hashed(store)).containsExactly(SHA256);
    }

    /** What the API found out about the only file's bytes, once they were read: in two parts, and as a whole. */
    private static List<String> hashed(TestStore store) {
        TestRun run = store.open();
        run.walk();
        Agent agent = ReadRun.opened(run.take(1).get(0), UUID.randomUUID());
        assertThat(agent.content(0, "0-3").body()).isEqualTo("0123");
        assertThat(agent.content(0, "4-").body()).isEqualTo("456789");
        List<String> ofParts = sha256(agent);
        assertThat(agent.content(0).body()).isEqualTo("0123456789");
        assertThat(sha256(agent)).isEqualTo(ofParts);
        run.close(true);
        return ofParts;
    }

    private static List<String> sha256(Agent agent) {
        return TestStore.superuser()
                .sql(
                        "select encode(content_sha256, 'hex') from quarry.attempt_item where attempt = ? and content_sha256 is not null")
                .param(UUID.fromString(agent.attempt()))
                .query(String.class)
                .list();
    }
}
