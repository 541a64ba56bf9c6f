package dev.quarry.proxy.attempt;

import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.MotoServer;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf(
        value = "dev.quarry.proxy.store.MotoServer#isInstalled",
        disabledReason = "there is no moto for the emulated S3; ./quarry setup installs it where Python is")
class MotoOddKeysTest extends S3OddKeysContract {
    MotoOddKeysTest() {
        super(MotoServer.shared());
    }

    @Override
    List<KeyBytes> oddKeys() {
        return List.of(
                KeyBytes.utf8("/"),
                KeyBytes.utf8("/leading"),
                KeyBytes.utf8("//leading"),
                KeyBytes.utf8("a//b"),
                KeyBytes.utf8("a/"),
                KeyBytes.utf8("a"),
                KeyBytes.utf8(".."),
                KeyBytes.utf8("a/../b"),
                KeyBytes.utf8("a/./b"),
                KeyBytes.utf8("%2F"),
                KeyBytes.utf8("a+b c&d=e?f#g;h"),
                KeyBytes.utf8("\u0001\n\r\t\u007f"),
                KeyBytes.utf8("emoji \ud83d\ude00"),
                KeyBytes.utf8("nfc \u00e9"),
                KeyBytes.utf8("nfd e\u0301"),
                KeyBytes.utf8("back\\slash"),
                KeyBytes.utf8("k".repeat(1_024)),
                KeyBytes.utf8("d".repeat(1_022) + "/x"));
    }
}
