package dev.quarry.proxy.security;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.springframework.context.annotation.DependsOn;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The keys in the database, opened. Several processes may start at once on an empty database: one key of a version wins, all use it. */
@Component
@DependsOn("flywayInitializer")
class SealedKeys {
    /** An opened key; never printed. */
    record Opened(int version, KeyState state, byte[] bytes) {
        boolean current() {
            return state == KeyState.CURRENT;
        }

        @Override
        public String toString() {
            return "Opened[version=" + version + ", state=" + state + "]";
        }
    }

    private final TransactionTemplate transactions;
    private final JdbcClient jdbc;
    private final MasterKey master;

    SealedKeys(PlatformTransactionManager manager, JdbcClient jdbc, MasterKey master) {
        this.transactions = new TransactionTemplate(manager);
        this.jdbc = jdbc;
        this.master = master;
    }

    /** All keys of a purpose that are still good, oldest first; makes the first ones if there are none. */
    List<Opened> load(KeyPurpose purpose) {
        List<Opened> found = opened(purpose);
        if (!found.isEmpty()) {
            return found;
        }
        transactions.executeWithoutResult(status -> {
            insert(purpose, 1, KeyState.CURRENT);
            insert(purpose, 2, KeyState.NEXT);
        });
        return opened(purpose);
    }

    void insert(KeyPurpose purpose, int version, KeyState state) {
        jdbc.sql(
                        "insert into quarry.sealed_key (purpose, version, state, sealed) values (?, ?, ?, ?) on conflict do nothing")
                .params(
                        purpose.name(),
                        version,
                        state.name(),
                        master.seal(purpose.generate(version), associated(purpose, version)))
                .update();
    }

    /** Seals all keys under the master key that are not. @return how many */
    int reseal() {
        int resealed = 0;
        for (Sealed row : all()) {
            // What another process has sealed meanwhile is left alone.
            resealed += master.reseal(row.sealed(), associated(row.purpose(), row.version()))
                    .map(again -> jdbc.sql(
                                    "update quarry.sealed_key set sealed = ? where purpose = ? and version = ? and sealed = ?")
                            .params(again, row.purpose().name(), row.version(), row.sealed())
                            .update())
                    .orElse(0);
        }
        return resealed;
    }

    private List<Opened> opened(KeyPurpose purpose) {
        return all().stream()
                .filter(row -> row.purpose() == purpose && row.state() != KeyState.RETIRED)
                .map(row -> new Opened(
                        row.version(), row.state(), master.open(row.sealed(), associated(purpose, row.version()))))
                .toList();
    }

    private List<Sealed> all() {
        return jdbc.sql("select purpose, version, state, sealed from quarry.sealed_key order by version")
                .query((row, i) -> new Sealed(
                        KeyPurpose.valueOf(row.getString("purpose")),
                        row.getInt("version"),
                        KeyState.valueOf(row.getString("state")),
                        row.getBytes("sealed")))
                .list();
    }

    private static byte[] associated(KeyPurpose purpose, int version) {
        return (purpose + "/" + version).getBytes(StandardCharsets.US_ASCII);
    }

    @SuppressWarnings("ArrayRecordComponent") // read once, compared never
    private record Sealed(KeyPurpose purpose, int version, KeyState state, byte[] sealed) {}
}
