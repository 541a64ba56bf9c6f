package dev.quarry.proxy.security;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Log-ins that somebody signed out of, for as long as a copy of their cookie would be taken: each process asks here. Each costs a password first, so nobody can
 * fill the table.
 */
@Component
class EndedLogins {
    private final JdbcClient jdbc;

    EndedLogins(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Safe to repeat. @param until when its own time ends */
    void add(UUID login, Instant until) {
        jdbc.sql("insert into quarry.ended_login (id, until) values (?, ?) on conflict do nothing")
                .params(login, until.atOffset(ZoneOffset.UTC))
                .update();
    }

    boolean has(UUID login) {
        return jdbc.sql("select exists (select from quarry.ended_login where id = ?)")
                .param(login)
                .query(Boolean.class)
                .single();
    }

    /** A minute late, as a clock of ours may be behind the database's. */
    @Scheduled(fixedDelay = 60_000, initialDelay = 60_000)
    void forget() {
        jdbc.sql("delete from quarry.ended_login where until < now() - interval '1 minute'")
                .update();
    }
}
