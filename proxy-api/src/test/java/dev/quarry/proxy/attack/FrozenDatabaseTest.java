package dev.quarry.proxy.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.Eventually;
import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.listener.Listener;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** A database that hangs is as away as one that is gone: who waits for it is told so in time. */
class FrozenDatabaseTest {
    /** A statement under way, the network's part of it, and what else of a call asks the database. */
    private static final Duration BOUNDED = Duration.ofSeconds(15);

    private static final RunningApi API = RunningApi.own(Map.of("quarry.db.patience", "2s"));
    private static final List<Call> CALLS = List.of(
            Call.get(Listener.PUBLIC, "/api/v1/stores")
                    .bearer(API.token(Listener.PUBLIC))
                    .at(API),
            Call.get(Listener.CONTROL, "/control/v1/runs/" + UUID.randomUUID())
                    .bearer(API.token(Listener.CONTROL))
                    .at(API),
            Victim.claim("qt_" + "A".repeat(64), UUID.randomUUID().toString()).at(API));

    @AfterAll
    static void close() {
        API.close();
    }

    @Test
    void whoIsServedWhileTheDatabaseBeginsToHangIsAnswered503AndServedWhenItGoesOn() throws Exception {
        List<ProcessHandle> server = server();
        AtomicBoolean over = new AtomicBoolean();
        List<Caller> callers =
                IntStream.range(0, 12).mapToObj(i -> new Caller(i, over)).toList();
        callers.forEach(Thread::start);
        Eventually.holds("all are served", () -> callers.stream().allMatch(caller -> caller.served > 5));
        signal("-STOP", server);
        try {
            Eventually.holds("all are refused", () -> callers.stream().allMatch(caller -> caller.refused > 0));
        } finally {
            signal("-CONT", server);
        }
        callers.forEach(caller -> caller.served = 0);
        Eventually.holds("all are served again", () -> callers.stream().allMatch(caller -> caller.served > 5));
        over.set(true);
        for (Caller caller : callers) {
            caller.join();
            assertThat(Duration.ofNanos(caller.longest)).isLessThan(BOUNDED);
            assertThat(caller.others).isEmpty();
        }
    }

    /** One call after the other, so that some are in the database's hands when it stops. */
    private static final class Caller extends Thread {
        private final Call call;
        private final AtomicBoolean over;
        private final Set<Integer> others = new ConcurrentSkipListSet<>();
        private volatile int served;
        private volatile int refused;
        private volatile long longest;

        Caller(int number, AtomicBoolean over) {
            this.call = CALLS.get(number % CALLS.size());
            this.over = over;
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // this thread alone counts up
        public void run() {
            while (!over.get()) {
                long begin = System.nanoTime();
                int status = call.send().status();
                longest = Math.max(longest, System.nanoTime() - begin);
                if (status == 503) {
                    refused++;
                } else if (Set.of(200, 404, 401).contains(status)) {
                    served++;
                } else {
                    others.add(status);
                }
            }
        }
    }

    private static List<ProcessHandle> server() {
        ProcessHandle postmaster = ProcessHandle.of(API.postgres().pid()).orElseThrow();
        List<ProcessHandle> all = new ArrayList<>(List.of(postmaster));
        postmaster.descendants().forEach(all::add);
        return all;
    }

    private static void signal(String signal, List<ProcessHandle> processes) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("kill", signal));
        processes.forEach(process -> command.add(Long.toString(process.pid())));
        new ProcessBuilder(command).inheritIO().start().waitFor(); // some may have ended meanwhile
    }
}
