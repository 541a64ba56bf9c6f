package dev.quarry.proxy.attempt;

import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.S3Emulator;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf(
        value = "dev.quarry.proxy.store.S3Emulator#isInstalled",
        disabledReason = "there is no s3proxy for the emulated S3; ./quarry setup installs it")
class S3OddKeysTest extends S3OddKeysContract {
    S3OddKeysTest() {
        super(S3Emulator.shared());
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
