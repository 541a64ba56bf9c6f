package dev.quarry.proxy.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class UsedProofsTest {
    private final RunningApi api = RunningApi.shared();
    private final UsedProofs proofs = api.bean(UsedProofs.class);

    @Test
    void whatIsOverIsForgottenAndNothingElse() {
        String old = UUID.randomUUID().toString();
        String late = UUID.randomUUID().toString();
        Instant now = Instant.now();
        assertThat(proofs.isFirst(old, now.minusSeconds(90))).isTrue();
        assertThat(proofs.isFirst(late, now.minusSeconds(30))).isTrue();
        proofs.forget();
        assertThat(rows(old)).isZero();
        assertThat(rows(late)).as("a clock may be behind").isEqualTo(1);
        assertThat(proofs.isFirst(late, now)).isFalse();
    }

    private int rows(String proof) {
        return api.superuser()
                .sql("select count(*) from quarry.used_proof where digest = ?")
                .param(Sha256.of(proof))
                .query(Integer.class)
                .single();
    }
}
