package dev.quarry.proxy.unit;

import static dev.quarry.proxy.Columns.ids;
import static dev.quarry.proxy.Columns.texts;

import dev.quarry.proxy.lane.Lane;
import dev.quarry.proxy.lane.Lanes;
import dev.quarry.proxy.run.RunRow;
import dev.quarry.proxy.tenant.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Rows of units. Inside a tenant's transaction. */
@Repository
class UnitRepository {
    private static final TypeReference<List<UnitRef>> REFS = new TypeReference<>() {};

    private final JdbcClient jdbc;
    private final Lanes lanes;
    private final JsonMapper json;

    UnitRepository(JdbcClient jdbc, Lanes lanes, JsonMapper json) {
        this.jdbc = jdbc;
        this.lanes = lanes;
        this.json = json;
    }

    /** Files of this run that are in no unit, in the order in which they became pending. */
    List<PendingFile> pending(TenantId tenant, RunRow run, int max) {
        return jdbc.sql("""
                        select id, version, size, lane, display from quarry.file
                        where tenant = ? and store = ? and outcome = 'PENDING' and unit is null and pending_seq is not null and generation = ?
                        order by pending_seq limit ?""")
                .params(tenant.value(), run.store(), run.generation(), max)
                .query(this::pendingFile)
                .list();
    }

    /** Files of any run that are in no unit, by id after {@code after}. */
    List<PendingFile> pendingOfStore(TenantId tenant, UUID store, UUID after, int max) {
        return jdbc.sql("""
                        select id, version, size, lane, display from quarry.file
                        where tenant = ? and store = ? and outcome = 'PENDING' and unit is null and id > ? order by id limit ?""")
                .params(tenant.value(), store, after, max)
                .query(this::pendingFile)
                .list();
    }

    private PendingFile pendingFile(ResultSet row, int number) throws SQLException {
        Lane lane = lanes.byName(row.getString("lane"));
        long size = row.getLong("size");
        return new PendingFile(
                row.getObject("id", UUID.class),
                row.getString("version"),
                size,
                lane.name(),
                row.getString("display"),
                lane.secondsPerFile() + (double) size / lane.bytesPerSecond());
    }

    boolean anyOpen(TenantId tenant, UUID run) {
        return jdbc.sql("select exists (select from quarry.unit where tenant = ? and run = ? and state = 'OPEN')")
                .params(tenant.value(), run)
                .query(Boolean.class)
                .single();
    }

    void insert(TenantId tenant, UUID run, List<PlannedUnit> units) {
        jdbc.sql("""
                        insert into quarry.unit (tenant, id, run, number, lane, files, bytes)
                        select :tenant, u.id, :run, u.number, u.lane, u.files, u.bytes
                        from unnest(cast(:ids as uuid[]), cast(:numbers as int[]), :lanes, cast(:files as int[]), cast(:bytes as bigint[])) as u (id, number, lane, files, bytes)""")
                .param("tenant", tenant.value())
                .param("run", run)
                .param("ids", texts(units, u -> u.id().toString()))
                .param("numbers", texts(units, u -> Integer.toString(u.number())))
                .param("lanes", texts(units, PlannedUnit::lane))
                .param("files", texts(units, u -> Integer.toString(u.files().size())))
                .param("bytes", texts(units, u -> Long.toString(u.bytes())))
                .update();
        items(tenant, units);
    }

    private void items(TenantId tenant, List<PlannedUnit> units) {
        List<String> unit = new ArrayList<>();
        List<String> number = new ArrayList<>();
        List<PendingFile> files = new ArrayList<>();
        for (PlannedUnit planned : units) {
            for (int n = 0; n < planned.files().size(); n++) {
                unit.add(planned.id().toString());
                number.add(Integer.toString(n));
                files.add(planned.files().get(n));
            }
        }
        jdbc.sql("""
                        with item as (
                          insert into quarry.unit_item (tenant, unit, n, file, version, size)
                          select :tenant, i.* from unnest(cast(:units as uuid[]), cast(:numbers as int[]), cast(:files as uuid[]), :versions, cast(:sizes as bigint[])) as i
                          returning unit, file)
                        update quarry.file f set unit = item.unit from item where f.tenant = :tenant and f.id = item.file""")
                .param("tenant", tenant.value())
                .param("units", unit.toArray(new String[0]))
                .param("numbers", number.toArray(new String[0]))
                .param("files", texts(files, f -> f.file().toString()))
                .param("versions", texts(files, PendingFile::version))
                .param("sizes", texts(files, f -> Long.toString(f.size())))
                .update();
    }

    void saveAnswer(TenantId tenant, UUID run, int seq, List<UnitRef> answer) {
        jdbc.sql("""
                        update quarry.run set units_seq = :seq, units_answer = cast(:answer as jsonb), next_unit = next_unit + :made
                        where tenant = :tenant and id = :run""")
                .param("tenant", tenant.value())
                .param("run", run)
                .param("seq", seq)
                .param("answer", json.writeValueAsString(answer))
                .param("made", answer.size())
                .update();
    }

    List<UnitRef> savedAnswer(TenantId tenant, UUID run) {
        return jdbc
                .sql("select units_answer from quarry.run where tenant = ? and id = ? and units_answer is not null")
                .params(tenant.value(), run)
                .query(String.class)
                .list()
                .stream()
                .flatMap(saved -> json.readValue(saved, REFS).stream())
                .collect(Collectors.toList());
    }

    List<UnitStanding> standings(TenantId tenant, UUID run, List<UUID> units) {
        return jdbc.sql("""
                        select id, state, epoch from quarry.unit where tenant = :tenant and run = :run and id = any (cast(:units as uuid[]))""")
                .param("tenant", tenant.value())
                .param("run", run)
                .param("units", ids(units))
                .query((row, n) ->
                        new UnitStanding(row.getObject("id", UUID.class), row.getString("state"), row.getInt("epoch")))
                .list();
    }

    record UnitStanding(UUID unit, String state, int epoch) {}
}
