package dev.quarry.proxy.security;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.context.annotation.DependsOn;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The keys in the database, opened. Several processes may start at once on an empty database: one key of a version wins, all use it. */
@Component
@DependsOn("flywayInitializer")
class SealedKeys {
    enum Purpose {
        SIGNING,
        TICKET
    }

    /** An opened key; never printed. */
    record Opened(int version, boolean current, byte[] bytes) {
        @Override
        public String toString() {
            return "Opened[version=" + version + ", current=" + current + "]";
        }
    }

    private final JdbcClient jdbc;
    private final MasterKey master;

    SealedKeys(JdbcClient jdbc, MasterKey master) {
        this.jdbc = jdbc;
        this.master = master;
    }

    /** All keys of a purpose that are still good, oldest first; makes the first one if there is none. */
    List<Opened> load(Purpose purpose, Function<Integer, byte[]> generate) {
        if (versions(purpose).isEmpty()) {
            insert(purpose, 1, "CURRENT", generate.apply(1));
        }
        return versions(purpose);
    }

    Optional<Opened> find(Purpose purpose, int version) {
        return versions(purpose).stream()
                .filter(key -> key.version() == version)
                .findFirst();
    }

    private void insert(Purpose purpose, int version, String state, byte[] plain) {
        jdbc.sql(
                        "insert into quarry.sealed_key (purpose, version, state, sealed) values (?, ?, ?, ?) on conflict do nothing")
                .params(purpose.name(), version, state, master.seal(plain, associated(purpose, version)))
                .update();
    }

    private List<Opened> versions(Purpose purpose) {
        return jdbc.sql(
                        "select version, state, sealed from quarry.sealed_key where purpose = ? and state <> 'RETIRED' order by version")
                .param(purpose.name())
                .query((row, i) -> new Opened(
                        row.getInt("version"),
                        "CURRENT".equals(row.getString("state")),
                        master.open(row.getBytes("sealed"), associated(purpose, row.getInt("version")))))
                .list();
    }

    private static byte[] associated(Purpose purpose, int version) {
        return (purpose + "/" + version).getBytes(StandardCharsets.US_ASCII);
    }
}
