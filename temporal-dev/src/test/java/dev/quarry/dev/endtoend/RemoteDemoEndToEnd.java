package dev.quarry.dev.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Demos of a bucket and of a container, with the credentials of whoever starts them. */
@Timeout(300)
class RemoteDemoEndToEnd {
    @TempDir
    Path home = Path.of("set by JUnit");

    private String state() {
        return home.resolve("state").toString();
    }

    @Test
    @EnabledIf(
            value = "dev.quarry.dev.endtoend.StoreEmulator#hasS3",
            disabledReason = "there is no s3proxy for the emulated S3; ./quarry setup installs it")
    void aBucketIsIndexedAndTheNextDemosCompareWithIt() throws Exception {
        try (StoreEmulator emulator = StoreEmulator.s3(Files.createDirectory(home.resolve("buckets")), home)) {
            S3Objects objects = new S3Objects(emulator);
            objects.put("photos", "");
            objects.put("photos/2024/summer/a.txt", "a walk along the canal");
            objects.put("photos/2024/b.txt", "a note about bread");
            objects.put("photos/elsewhere.txt", "not below the prefix");
            Map<String, String> environment = Map.of(
                    "AWS_ACCESS_KEY_ID", StoreEmulator.ACCESS_KEY_ID,
                    "AWS_SECRET_ACCESS_KEY", StoreEmulator.SECRET,
                    "AWS_ENDPOINT_URL", emulator.endpoint().toString());
            assertThat(once(environment, "s3://photos/2024"))
                    .startsWith("quarry: run COMPLETED listed=2 indexed=2 no_content=0 unchanged=0 moved=0 filtered=0"
                            + " failed=0 deleted=0 ");
            objects.put("photos/2024/summer/c.txt", "new since the last demo");
            assertThat(once(environment, "s3://photos/2024"))
                    .startsWith("quarry: run COMPLETED listed=3 indexed=1 no_content=0 unchanged=2 ");
            objects.put("photos/2024/autumn/a.txt", "a walk along the canal");
            objects.delete("photos/2024/summer/a.txt");
            objects.delete("photos/2024/b.txt");
            objects.put("photos/2024/summer/c.txt", "changed since the last demo");
            assertThat(once(environment, "s3://photos/2024"))
                    .startsWith("quarry: run COMPLETED listed=2 indexed=1 no_content=0 unchanged=0 moved=1 filtered=0"
                            + " failed=0 deleted=1 ");
        }
    }

    @Test
    @EnabledIf(
            value = "dev.quarry.dev.endtoend.StoreEmulator#hasS3",
            disabledReason = "there is no s3proxy for the emulated S3; ./quarry setup installs it")
    void aBucketThatIsNotThereIsAGapWithItsReasonAndNoSuccess() throws Exception {
        try (StoreEmulator emulator = StoreEmulator.s3(Files.createDirectory(home.resolve("buckets")), home)) {
            Map<String, String> environment = Map.of(
                    "AWS_ACCESS_KEY_ID", StoreEmulator.ACCESS_KEY_ID,
                    "AWS_SECRET_ACCESS_KEY", StoreEmulator.SECRET,
                    "AWS_ENDPOINT_URL", emulator.endpoint().toString());
            try (DemoProcess demo =
                    DemoProcess.start(environment, "s3://no-such-bucket", "--state", state(), "--once")) {
                assertThat(demo.exitCode()).as(String.join("\n", demo.lines())).isEqualTo(1);
                assertThat(demo.lines())
                        .anyMatch(
                                line -> line.startsWith("not listed /: ") && line.contains("the bucket is not there"));
                assertThat(demo.awaitLine("quarry: run "))
                        .startsWith("quarry: run COMPLETED listed=0 ")
                        .endsWith(" gaps=1");
            }
        }
    }

    @Test
    @EnabledIf(
            value = "dev.quarry.dev.endtoend.StoreEmulator#hasAzure",
            disabledReason =
                    "there is no Azurite for the emulated Azure; ./quarry setup installs it where node and npm are")
    void aContainerIsIndexedWithTheKeyOfTheEnvironmentWhichIsNotPrinted() throws Exception {
        try (StoreEmulator emulator = StoreEmulator.azure(home)) {
            AzureBlobs blobs = new AzureBlobs(emulator);
            blobs.createContainer("files");
            blobs.put("files", "notes/a.txt", "a walk along the canal");
            blobs.put("files", "notes/deep/b.txt", "a note about bread");
            blobs.put("files", "elsewhere.txt", "not below the prefix");
            Map<String, String> environment = Map.of(
                    "AZURE_STORAGE_KEY",
                    StoreEmulator.ACCOUNT_KEY,
                    "AZURE_STORAGE_ENDPOINT",
                    emulator.endpoint().toString());
            assertThat(once(environment, "az://" + StoreEmulator.ACCOUNT + "/files/notes"))
                    .startsWith("quarry: run COMPLETED listed=2 indexed=2 no_content=0 unchanged=0 moved=0 filtered=0"
                            + " failed=0 deleted=0 ");
        }
    }

    @Test
    void aNameWithoutAContainerIsNamedAndExitsWithTwo() throws Exception {
        try (DemoProcess demo = DemoProcess.start("az://account", "--state", state())) {
            assertThat(demo.exitCode()).isEqualTo(2);
            assertThat(demo.lines()).anyMatch(line -> line.contains("az://ACCOUNT/CONTAINER"));
        }
    }

    /** Its balance line. */
    private String once(Map<String, String> environment, String source) throws Exception {
        try (DemoProcess demo = DemoProcess.start(environment, source, "--state", state(), "--once")) {
            int exit = demo.exitCode();
            List<String> lines = demo.lines();
            assertThat(exit).as(String.join("\n", lines)).isZero();
            assertThat(lines)
                    .noneMatch(line -> line.contains("never-printed") || line.contains(StoreEmulator.ACCOUNT_KEY));
            assertThat(demo.processesOn(Path.of(state()))).isEmpty();
            String balance = lines.get(lines.size() - 1);
            System.out.println(source + ": " + balance);
            return balance;
        }
    }
}
