package dev.quarry.proxy.attempt;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.quarry.proxy.run.TestStore;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.S3Emulator;
import dev.quarry.proxy.store.S3Server;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf(
        value = "dev.quarry.proxy.store.S3Emulator#isInstalled",
        disabledReason = "there is no s3proxy for the emulated S3; ./quarry setup installs it")
class S3OddKeysTest extends OddKeysContract {
    private final S3Emulator server = S3Emulator.shared();
    private final String bucket = server.newBucket();

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

    /** Those that can be files, as which the emulator keeps objects. */
    @Override
    List<KeyBytes> oddKeys() {
        return List.of(
                KeyBytes.utf8("..x/y.."),
                KeyBytes.utf8("100%41%2F"),
                KeyBytes.utf8("a+b c&d=e?f#g"),
                KeyBytes.utf8("emoji \ud83d\ude00"),
                KeyBytes.utf8("nfc \u00e9"),
                KeyBytes.utf8("nfd e\u0301"));
    }
}
