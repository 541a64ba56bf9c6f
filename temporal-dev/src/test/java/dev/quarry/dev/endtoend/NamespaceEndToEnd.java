package dev.quarry.dev.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.quarry.dev.client.PublicApi;
import dev.quarry.dev.client.RunTotals;
import dev.quarry.dev.stack.DevStack;
import dev.quarry.dev.stack.StackPorts.Listener;
import dev.quarry.dev.stack.StackSettings;
import dev.quarry.postgres.FreePort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole run with worker and jobs where they reach the API's and Temporal's ports and nothing else, and cannot see the store. */
@Timeout(180)
class NamespaceEndToEnd {
    private static final int FILES = 20;

    @TempDir
    Path folder;

    @Test
    void workerAndJobsNeedNoWayToTheStoreOrTheDatabase() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "only root can make a network namespace");
        assumeTrue(Namespace.isPossible(), "network namespaces cannot be made here (ip netns add fails)");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path documents = Files.createDirectory(folder.resolve("documents"));
        for (int number = 0; number < FILES; number++) {
            Files.write(documents.resolve("f" + number + ".turtle"), List.of("text fenced" + number));
        }
        try (Namespace namespace = Namespace.create(documents)) {
            int temporal = FreePort.find();
            StackSettings settings = StackSettings.in(folder.resolve("state"), documents)
                    .boundTo(namespace.hostAddress())
                    .withApi(TestStack.apiSettings())
                    .withWorker(TestStack.workerSettings(folder))
                    .withWorker(Map.of("QUARRY_TEMPORAL_TARGET", namespace.hostAddress() + ":" + temporal))
                    .withWorkerPrefix(namespace.prefix());
            List<TcpRelay> relay = new ArrayList<>();
            try (DevStack stack = DevStack.start(settings, stage -> {}, ports -> {
                namespace.allow(ports.of(Listener.CONTROL), ports.of(Listener.JOB), temporal);
                relay.add(new TcpRelay(
                        namespace.hostAddress(),
                        temporal,
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), ports.of(Listener.TEMPORAL))));
            })) {
                assertThat(namespace.reaches(namespace.hostAddress(), temporal)).isTrue();
                theFenceHolds(namespace, stack, documents);
                theRunCompletes(stack, documents);
            } finally {
                for (TcpRelay started : relay) {
                    started.close();
                }
            }
        }
    }

    private static void theFenceHolds(Namespace namespace, DevStack stack, Path documents) throws Exception {
        String host = namespace.hostAddress();
        assertThat(namespace.reaches(host, stack.ports().of(Listener.JOB))).isTrue();
        assertThat(namespace.reaches(host, stack.ports().of(Listener.CONTROL))).isTrue();
        assertThat(namespace.reaches(host, stack.ports().of(Listener.PUBLIC))).isFalse();
        assertThat(namespace.reaches("127.0.0.1", stack.ports().of(Listener.POSTGRES)))
                .isFalse();
        assertThat(namespace.run("ls " + documents)).isNotZero();
        assertThat(namespace.run("cat " + documents + "/f0.turtle")).isNotZero();
        assertThat(namespace.run("umount " + documents)).isNotZero();
        assertThat(namespace.run("test -r /etc/passwd")).isZero();
    }

    private static void theRunCompletes(DevStack stack, Path documents) throws Exception {
        PublicApi api = stack.client();
        api.createStore("fenced", documents, false);
        api.startRun("fenced");
        List<RunTotals> runs = new ArrayList<>();
        TestStore.await("the fenced run to end", Duration.ofSeconds(90), () -> {
            runs.clear();
            runs.addAll(api.runs("fenced"));
            return !runs.isEmpty() && !runs.get(0).isLive();
        });
        assertThat(runs.get(0).count("indexed")).isEqualTo(FILES);
        assertThat(api.search("fenced7", 10).path("hits")).hasSize(1);
        LedgerCheck check = new LedgerCheck(new Ledger(stack.postgres().orElseThrow()), "fenced");
        check.afterRun(runs.get(0));
        check.nobodyRaisedAnAlarm(runs.get(0));
    }
}
