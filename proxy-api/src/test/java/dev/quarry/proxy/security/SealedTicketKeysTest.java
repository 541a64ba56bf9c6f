package dev.quarry.proxy.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;

class SealedTicketKeysTest {
    private final Counted sealed = new Counted(RunningApi.shared());
    private final SealedTicketKeys keys = new SealedTicketKeys(sealed);

    /** A claim asks inside a transaction, one at a time, and whoever keeps an old ticket may claim as often as they like. */
    @Test
    void claimsWithTicketsOfARetiredKeyReadNoKeys() {
        for (int i = 0; i < 100; i++) {
            assertThat(keys.key(1)).isEmpty();
        }
        assertThat(sealed.loads).as("at the start").isEqualTo(1);
    }

    @Test
    void aKeyThatAnotherProcessHasMadeMeanwhileIsReadForItsFirstTicket() {
        sealed.newest = 4;
        assertThat(keys.key(4)).isPresent();
        assertThat(keys.key(3)).isPresent();
        assertThat(sealed.loads).isEqualTo(2);
    }

    /** Good are the newest and the one before it. */
    private static final class Counted extends SealedKeys {
        private int newest = 3;
        private int loads;

        Counted(RunningApi api) {
            super(api.bean(PlatformTransactionManager.class), api.bean(JdbcClient.class), api.bean(MasterKey.class));
        }

        @Override
        List<Opened> load(KeyPurpose purpose) {
            loads++;
            return List.of(opened(newest - 1, KeyState.CURRENT), opened(newest, KeyState.NEXT));
        }

        private static Opened opened(int version, KeyState state) {
            return new Opened(version, state, new byte[32]);
        }
    }
}
