package dev.quarry.proxy.attempt;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.quarry.proxy.run.TestStore;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.S3Server;

/** Odd keys in a bucket of an emulated S3. */
abstract class S3OddKeysContract extends OddKeysContract {
    private final S3Server server;
    private final String bucket;

    S3OddKeysContract(S3Server server) {
        this.server = server;
        this.bucket = server.newBucket();
    }

    @Override
    TestStore store() {
        return TestStore.s3(
                "{\"bucket\":\"%s\",\"endpoint\":\"%s\",\"pathStyle\":true,\"accessKeyId\":\"%s\",\"secretAccessKey\":\"%s\"}"
                        .formatted(bucket, server.endpoint(), S3Server.KEY_ID, S3Server.SECRET));
    }

    @Override
    void put(KeyBytes key, String content) {
        server.put(bucket, new String(key.bytes(), UTF_8), content.getBytes(UTF_8));
    }
}
