package dev.quarry.proxy.security;

import dev.quarry.proxy.QuarrySettings;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Next becomes current, current previous, and what has been previous for the overlap is retired. A rotation names the version it follows, so that a repeated
 * one, or one of another process at the same time, changes nothing. Times are the database's.
 */
@Component
class KeyRotation {
    private static final Logger LOG = LoggerFactory.getLogger(KeyRotation.class);

    private final TransactionTemplate transactions;
    private final JdbcClient jdbc;
    private final SealedKeys sealed;
    private final KeyLimits limits;

    KeyRotation(PlatformTransactionManager manager, JdbcClient jdbc, SealedKeys sealed, QuarrySettings settings) {
        this.transactions = new TransactionTemplate(manager);
        this.jdbc = jdbc;
        this.sealed = sealed;
        this.limits = settings.keys();
    }

    /** A key as an operator sees it. */
    record KeyView(KeyPurpose purpose, int version, KeyState state, Instant since) {}

    List<KeyView> all() {
        return jdbc.sql("select purpose, version, state, since from quarry.sealed_key order by purpose, version")
                .query((row, i) -> new KeyView(
                        KeyPurpose.valueOf(row.getString("purpose")),
                        row.getInt("version"),
                        KeyState.valueOf(row.getString("state")),
                        row.getObject("since", OffsetDateTime.class).toInstant()))
                .list();
    }

    /** @return whether this call rotated; false if {@code from} is not current any more */
    boolean rotate(KeyPurpose purpose, int from) {
        boolean rotated = Boolean.TRUE.equals(transactions.execute(status -> {
            lock();
            if (current(purpose) != from) {
                return false;
            }
            move(purpose, KeyState.CURRENT, KeyState.PREVIOUS);
            move(purpose, KeyState.NEXT, KeyState.CURRENT);
            sealed.insert(purpose, newest(purpose) + 1, KeyState.NEXT);
            return true;
        }));
        if (rotated) {
            LOG.info("{} key {} is followed by the next", purpose, from);
        }
        return rotated;
    }

    /** Rotates what is old enough and retires what nothing good can be made with any more. */
    @Scheduled(fixedDelayString = "${quarry.keys.refresh:60s}", initialDelayString = "${quarry.keys.refresh:60s}")
    void bySchedule() {
        for (KeyView due : due()) {
            rotate(due.purpose(), due.version());
        }
        jdbc.sql(
                        "update quarry.sealed_key set state = 'RETIRED', since = now() where state = 'PREVIOUS' and since < now() - make_interval(secs => ?)")
                .param(seconds(limits.overlap()))
                .update();
    }

    private List<KeyView> due() {
        return jdbc.sql("""
                        select purpose, version, state, since from quarry.sealed_key
                        where state = 'CURRENT' and since < now() - make_interval(secs => ?)""")
                .param(seconds(limits.rotation()))
                .query((row, i) -> new KeyView(
                        KeyPurpose.valueOf(row.getString("purpose")),
                        row.getInt("version"),
                        KeyState.CURRENT,
                        row.getObject("since", OffsetDateTime.class).toInstant()))
                .list();
    }

    private void lock() {
        jdbc.sql("select pg_advisory_xact_lock(hashtext('quarry.sealed_key'))")
                .query((row, i) -> true)
                .single();
    }

    private int current(KeyPurpose purpose) {
        return jdbc.sql("select version from quarry.sealed_key where purpose = ? and state = 'CURRENT'")
                .param(purpose.name())
                .query(Integer.class)
                .single();
    }

    private int newest(KeyPurpose purpose) {
        return jdbc.sql("select max(version) from quarry.sealed_key where purpose = ?")
                .param(purpose.name())
                .query(Integer.class)
                .single();
    }

    private void move(KeyPurpose purpose, KeyState from, KeyState to) {
        jdbc.sql("update quarry.sealed_key set state = ?, since = now() where purpose = ? and state = ?")
                .params(to.name(), purpose.name(), from.name())
                .update();
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
