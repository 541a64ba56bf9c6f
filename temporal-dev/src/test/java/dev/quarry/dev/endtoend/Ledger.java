package dev.quarry.dev.endtoend;

import dev.quarry.postgres.DatabaseRole;
import dev.quarry.postgres.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Reads the database past all row policies, as nothing in the product can. */
final class Ledger {
    private final EmbeddedPostgres postgres;

    Ledger(EmbeddedPostgres postgres) {
        this.postgres = postgres;
    }

    /** @param arguments texts, for the query's question marks */
    long number(String query, String... arguments) {
        return Long.parseLong(strings(query, arguments).get(0));
    }

    /** The first column of every row. */
    List<String> strings(String query, String... arguments) {
        try (Connection connection = postgres.connect(EmbeddedPostgres.DATABASE, DatabaseRole.SUPERUSER);
                PreparedStatement statement = connection.prepareStatement(query)) {
            for (int i = 0; i < arguments.length; i++) {
                statement.setString(i + 1, arguments[i]);
            }
            List<String> values = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    values.add(String.valueOf(rows.getString(1)));
                }
            }
            return values;
        } catch (SQLException e) {
            throw new IllegalStateException(query, e);
        }
    }

    /** Lets nobody commit anything that counts in this run, until it is closed. */
    Connection holding(String run) throws SQLException {
        Connection connection = postgres.connect(EmbeddedPostgres.DATABASE, DatabaseRole.SUPERUSER);
        connection.setAutoCommit(false);
        try (PreparedStatement lock =
                connection.prepareStatement("select 1 from quarry.run where id = ?::uuid for update")) {
            lock.setString(1, run);
            lock.execute();
        }
        return connection;
    }

    /** Extractions recorded for files of the store, counting or not. */
    long recorded(String store) {
        return number("""
                select count(*) from quarry.extraction e
                join quarry.file f on f.tenant = e.tenant and f.id = e.file
                join quarry.store s on s.id = f.store where s.name = ?
                """, store);
    }

    /** Files of the store that have no outcome yet. */
    long missing(String store) {
        return number("""
                select count(*) from quarry.file f join quarry.store s on s.id = f.store
                where s.name = ? and f.outcome = 'PENDING'
                """, store);
    }

    /** Jobs of open attempts that said of this turtle that it is started, and not that it is done. */
    List<String> under(String store, int turtle) {
        return strings("""
                select a.job_id from quarry.attempt_item i join quarry.job_attempt a on a.tenant = i.tenant and a.id = i.attempt
                join quarry.file f on f.tenant = i.tenant and f.id = i.file join quarry.store s on s.id = f.store
                where s.name = ? and f.path = ? and i.started_at is not null and i.done_at is null and a.state = 'RUNNING'
                """, store, String.format("f%04d.turtle", turtle));
    }

    /** Paths of what the attempt after this job's was given. */
    List<String> itemsOfTheNextAttempt(String job) {
        return strings("""
                select f.path from quarry.job_attempt a join quarry.job_attempt b on b.unit = a.unit and b.epoch = a.epoch + 1
                join quarry.attempt_item i on i.tenant = b.tenant and i.attempt = b.id join quarry.file f on f.tenant = i.tenant and f.id = i.file
                where a.job_id = ?
                """, job);
    }

    String jobOf(String attempt) {
        return strings("select job_id from quarry.job_attempt where id = ?::uuid", attempt)
                .get(0);
    }

    String handleOf(String job) {
        return strings("select handle from quarry.job_attempt where job_id = ?", job)
                .get(0);
    }

    /** State of the attempt after this job's; empty before there is one. */
    List<String> statesOfTheNextAttempt(String job) {
        return strings("""
                select b.state from quarry.job_attempt a join quarry.job_attempt b on b.unit = a.unit and b.epoch = a.epoch + 1
                where a.job_id = ?
                """, job);
    }

    /** The newest epoch of the job's unit. */
    long epochOf(String job) {
        return number("""
                select u.epoch from quarry.job_attempt a join quarry.unit u on u.tenant = a.tenant and u.id = a.unit where a.job_id = ?
                """, job);
    }

    /** The newest epoch of each unit of the store. */
    List<String> epochs(String store) {
        return strings("""
                select u.epoch from quarry.unit u join quarry.run r on r.id = u.run
                join quarry.store s on s.id = r.store where s.name = ?
                """, store);
    }

    /** The newest epoch of each unit of the run that a job was started for twice. */
    List<String> epochsClaimedTwice(String run) {
        return strings("""
                select u.epoch from quarry.alarm m join quarry.job_attempt a on a.id = m.attempt join quarry.unit u on u.id = a.unit
                where a.run = ?::uuid and m.kind = 'CLAIMED_TWICE'
                """, run);
    }

    List<String> alarms(String run) {
        return strings("""
                select kind || ': ' || detail from quarry.alarm
                where run = ?::uuid or attempt in (select id from quarry.job_attempt where run = ?::uuid)
                """, run, run);
    }

    /** How the attempts of the store ended, with the reason. */
    List<String> ends(String store) {
        return strings("""
                select concat_ws(': ', a.end_state, a.end_reason) from quarry.job_attempt a join quarry.run r on r.id = a.run
                join quarry.store s on s.id = r.store where s.name = ? and a.end_state is not null
                """, store);
    }

    List<String> jobs(String store) {
        return strings("""
                select a.job_id from quarry.job_attempt a join quarry.run r on r.id = a.run
                join quarry.store s on s.id = r.store where s.name = ?
                """, store);
    }

    long units(String store) {
        return number("""
                select count(*) from quarry.unit u join quarry.run r on r.id = u.run
                join quarry.store s on s.id = r.store where s.name = ?
                """, store);
    }

    long attempts(String store) {
        return number("""
                select count(*) from quarry.job_attempt a join quarry.run r on r.id = a.run
                join quarry.store s on s.id = r.store where s.name = ?
                """, store);
    }
}
