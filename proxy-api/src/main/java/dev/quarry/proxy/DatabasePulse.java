package dev.quarry.proxy;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a database that hangs from one that works on a long statement: it is asked nothing at all, again and again, on a connection of its own
 * (docs/adr/0043).
 */
final class DatabasePulse implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DatabasePulse.class);
    private static final Duration PAUSE = Duration.ofMillis(250);

    private final DataSource source;
    private final Duration silence;
    private final Runnable whenSilent;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(beat -> {
        Thread daemon = new Thread(beat, "quarry-database-pulse");
        daemon.setDaemon(true);
        return daemon;
    });
    private final ScheduledFuture<?> beats;
    private volatile boolean away;
    private @Nullable Connection connection;

    /**
     * @param source gives connections for this alone, and gives up after that silence too
     * @param whenSilent called again and again as long as nothing is heard; of a database that is gone, connections end by themselves
     */
    DatabasePulse(DataSource source, Duration silence, Runnable whenSilent) {
        this.source = source;
        this.silence = silence;
        this.whenSilent = whenSilent;
        this.beats = thread.scheduleWithFixedDelay(this::beat, 0, PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Gone, or silent. */
    boolean isAway() {
        return away;
    }

    /** What is thrown out of here would be the last beat. */
    private void beat() {
        try {
            look();
        } catch (Throwable unexpected) {
            LOG.error("the database could not be looked at; it is looked at again", unexpected);
        }
    }

    private void look() {
        long start = System.nanoTime();
        boolean awayNow = !answers();
        if (awayNow != away) {
            LOG.warn(awayNow ? "the database does not answer" : "the database answers again");
        }
        away = awayNow;
        if (awayNow && wasSilent(start)) {
            whenSilent.run();
        }
    }

    private boolean answers() {
        long start = System.nanoTime();
        try {
            if (connection != null) {
                if (connection.isValid((int) silence.toSeconds())) {
                    return true;
                }
                connection.abort(Runnable::run);
                connection = null;
                if (wasSilent(start)) {
                    return false;
                }
            }
            connection = source.getConnection();
            return true;
        } catch (SQLException refused) {
            return isAnswer(refused);
        }
    }

    /** A refusal comes at once, silence takes its whole time. */
    private boolean wasSilent(long start) {
        return System.nanoTime() - start > silence.toNanos() / 2;
    }

    /** Of a server that serves others, such as: too many connections, another password. Not in class 08 (connection), and not while it starts or stops. */
    private static boolean isAnswer(SQLException refused) {
        String state = refused.getSQLState();
        return state != null && !state.startsWith("08") && !state.startsWith("57P");
    }

    @Override
    public void close() {
        beats.cancel(true);
        thread.shutdown();
    }
}
