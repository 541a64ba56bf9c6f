package dev.quarry.proxy.security;

import java.time.Instant;
import java.time.ZoneOffset;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * What may be shown once, at whichever process, and is remembered for as long as it would be taken. Only what was found good is asked for here: else anybody
 * could fill the table.
 */
@Component
class UsedProofs {
    private final JdbcClient jdbc;

    UsedProofs(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Whether nobody has shown it before; from now on somebody has. @param until when its own time ends */
    boolean isFirst(String proof, Instant until) {
        return jdbc.sql("insert into quarry.used_proof (digest, until) values (?, ?) on conflict do nothing")
                        .params(Sha256.of(proof), until.atOffset(ZoneOffset.UTC))
                        .update()
                == 1;
    }

    /** A minute late, as a clock of ours may be behind the database's. */
    @Scheduled(fixedDelay = 60_000, initialDelay = 60_000)
    void forget() {
        jdbc.sql("delete from quarry.used_proof where until < now() - interval '1 minute'")
                .update();
    }
}
