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
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Rows of units. Inside a tenant's transaction. */
@Repository
class UnitRepository {
    private final JdbcClient jdbc;
    private final Lanes lanes;

    UnitRepository(JdbcClient jdbc, Lanes lanes) {
        this.jdbc = jdbc;
        this.lanes = lanes;
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

    /** Files of any run that are in no unit, by id after {@code after}. Nobody knows what work one is whose lane is not registered any more. */
    List<PendingFile> pendingOfStore(TenantId tenant, UUID store, UUID after, int max) {
        return jdbc.sql("""
                        select id, version, size, lane, display from quarry.file
                        where tenant = ? and store = ? and outcome = 'PENDING' and unit is null and id > ? order by id limit ?""")
                .params(tenant.value(), store, after, max)
                .query((row, n) -> pendingFile(row, lanes.registered(row.getString("lane"))))
                .list();
    }

    /** Of any run, in a unit or not: an index knows. */
    long countPending(TenantId tenant, UUID store) {
        return jdbc.sql("select count(*) from quarry.file where tenant = ? and store = ? and outcome = 'PENDING'")
                .params(tenant.value(), store)
                .query(Long.class)
                .single();
    }

    private PendingFile pendingFile(ResultSet row, int number) throws SQLException {
        return pendingFile(row, Optional.of(lanes.byName(row.getString("lane"))));
    }

    private static PendingFile pendingFile(ResultSet row, Optional<Lane> registered) throws SQLException {
        long size = row.getLong("size");
        return new PendingFile(
                row.getObject("id", UUID.class),
                row.getString("version"),
                size,
                row.getString("lane"),
                row.getString("display"),
                registered
                        .map(lane -> lane.secondsPerFile() + (double) size / lane.bytesPerSecond())
                        .orElse(0.0));
    }

    boolean anyOpen(TenantId tenant, UUID run) {
        return jdbc.sql("select exists (select from quarry.unit where tenant = ? and run = ? and state = 'OPEN')")
                .params(tenant.value(), run)
                .query(Boolean.class)
                .single();
    }

    /** The units of a call of {@code takeUnits}, with its number used up. */
    void insert(TenantId tenant, UUID run, int seq, List<PlannedUnit> units) {
        jdbc.sql("""
                        insert into quarry.unit (tenant, id, run, number, taken_seq, lane, files, bytes)
                        select :tenant, u.id, :run, u.number, :seq, u.lane, u.files, u.bytes
                        from unnest(cast(:ids as uuid[]), cast(:numbers as int[]), :lanes, cast(:files as int[]), cast(:bytes as bigint[])) as u (id, number, lane, files, bytes)""")
                .param("tenant", tenant.value())
                .param("run", run)
                .param("seq", seq)
                .param("ids", texts(units, u -> u.id().toString()))
                .param("numbers", texts(units, u -> Integer.toString(u.number())))
                .param("lanes", texts(units, PlannedUnit::lane))
                .param("files", texts(units, u -> Integer.toString(u.files().size())))
                .param("bytes", texts(units, u -> Long.toString(u.bytes())))
                .update();
        items(tenant, units);
        jdbc.sql("""
                        update quarry.run set units_seq = :seq, next_unit = next_unit + :made where tenant = :tenant and id = :run""")
                .param("tenant", tenant.value())
                .param("run", run)
                .param("seq", seq)
                .param("made", units.size())
                .update();
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

    /** The open units of the first number from {@code seq} on that has some. */
    List<TakenUnits.OpenUnit> openSince(TenantId tenant, UUID run, int seq) {
        return jdbc.sql("""
                        with open as (
                          select taken_seq, id, number, lane, files, bytes from quarry.unit
                          where tenant = :tenant and run = :run and state = 'OPEN' and taken_seq >= :seq)
                        select * from open where taken_seq = (select min(taken_seq) from open) order by number""")
                .param("tenant", tenant.value())
                .param("run", run)
                .param("seq", seq)
                .query((row, n) -> new TakenUnits.OpenUnit(
                        row.getInt("taken_seq"),
                        new UnitRef(
                                row.getObject("id", UUID.class),
                                row.getInt("number"),
                                row.getString("lane"),
                                row.getInt("files"),
                                row.getLong("bytes"))))
                .list();
    }

    /** Files of open units that were taken after {@code seq}. */
    long filesOpenAfter(TenantId tenant, UUID run, int seq) {
        return jdbc.sql("""
                        select coalesce(sum(files), 0) from quarry.unit where tenant = ? and run = ? and state = 'OPEN' and taken_seq > ?""").params(tenant.value(), run, seq).query(Long.class).single();
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
