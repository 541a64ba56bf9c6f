package dev.quarry.proxy.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.postgres.DatabaseRole;
import dev.quarry.postgres.EmbeddedPostgres;
import dev.quarry.proxy.Eventually;
import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.listener.Listener;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A database that hangs is as away as one that is gone: nobody waits for it, whenever he came, and all are served when it goes on. */
class FrozenDatabaseTest {
    private static final Duration SOON = Duration.ofSeconds(3);
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final RunningApi API = RunningApi.own();
    private static final EmbeddedPostgres POSTGRES = API.postgres();
    private static final Map<Call, Integer> CALLS = EveryApi.calls(API);
    private static final Call STORES = Call.get(Listener.PUBLIC, "/api/v1/stores")
            .bearer(API.token(Listener.PUBLIC))
            .at(API);

    @AfterEach
    void thaw() throws Exception {
        POSTGRES.thaw();
    }

    @AfterAll
    static void close() {
        API.close();
    }

    @Test
    void whoeverAsksWhileTheDatabaseHangsIsAnswered503SoonAndServedWhenItGoesOn() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        List<Caller> callers = Stream.of(CALLS, CALLS)
                .flatMap(calls -> calls.entrySet().stream())
                .map(call -> new Caller(call.getKey(), call.getValue(), over))
                .toList();
        callers.forEach(Thread::start);
        Eventually.holds("all are served", () -> callers.stream().allMatch(caller -> caller.served > 5));

        POSTGRES.freeze();
        Eventually.holds("all are refused", () -> callers.stream().allMatch(caller -> caller.refused > 5));
        POSTGRES.thaw();

        callers.forEach(caller -> caller.served = 0);
        Eventually.holds("all are served again", () -> callers.stream().allMatch(caller -> caller.served > 5));
        over.set(true);
        for (Caller caller : callers) {
            caller.join();
            assertThat(caller.seen).as(caller.toString()).isEqualTo(Set.of(caller.well, 503));
            assertThat(Duration.ofNanos(caller.longest)).as(caller.toString()).isLessThan(SOON);
        }
    }

    @Test
    void aCallThatWaitsForALockIsCutWhenTheDatabaseBeginsToHang() throws Exception {
        try (Connection locks = lockedStores()) {
            CompletableFuture<Reply> reply = CompletableFuture.supplyAsync(STORES::send);
            Eventually.holds("it waits", FrozenDatabaseTest::somebodyWaits);
            POSTGRES.freeze();
            long start = System.nanoTime();
            assertThat(reply.join().status()).isEqualTo(503);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
            POSTGRES.thaw();
            locks.rollback();
        }
        Eventually.holds("it is served", () -> STORES.send().status() == 200);
    }

    /** The twin: a longer wait, while the database works. */
    @Test
    void aLongStatementOfADatabaseThatWorksIsLetEnd() throws Exception {
        try (Connection locks = lockedStores();
                Statement statement = locks.createStatement()) {
            CompletableFuture<Reply> reply = CompletableFuture.supplyAsync(STORES::send);
            Eventually.holds("it waits", FrozenDatabaseTest::somebodyWaits);
            statement.execute("select pg_sleep(5)");
            assertThat(reply).isNotDone();
            locks.rollback();
            assertThat(reply.join().status()).isEqualTo(200);
        }
    }

    private static Connection lockedStores() throws SQLException {
        Connection connection = POSTGRES.connect(EmbeddedPostgres.DATABASE, DatabaseRole.SUPERUSER);
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("lock table quarry.store in access exclusive mode");
        }
        return connection;
    }

    private static boolean somebodyWaits() {
        return API.superuser()
                .sql("select exists (select from pg_locks where not granted)")
                .query(Boolean.class)
                .single();
    }

    /** Asks the same again and again. */
    private static final class Caller extends Thread {
        private final Call call;
        private final int well;
        private final AtomicBoolean over;
        final Set<Integer> seen = new ConcurrentSkipListSet<>();
        volatile int served;
        volatile int refused;
        long longest;

        Caller(Call call, int well, AtomicBoolean over) {
            super(call.method() + " " + call.target());
            this.call = call;
            this.well = well;
            this.over = over;
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // one more or less does not matter
        public void run() {
            while (!over.get()) {
                long start = System.nanoTime();
                int status = call.send().status();
                longest = Math.max(longest, System.nanoTime() - start);
                seen.add(status);
                if (status == well) {
                    served++;
                } else {
                    refused++;
                    LockSupport.parkNanos(PAUSE.toNanos());
                }
            }
        }
    }
}
