package dev.quarry.proxy.run;

import static dev.quarry.proxy.Columns.ids;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Marks the files in folders that are gone as a whole, in chunks of one transaction each. Goes through the folders in order of their ids and through each by
 * name, so that what is marked is not read again, however much it is.
 */
@Component
class GoneFolders {
    /** A folder that has a scope was seen, whoever marked it meanwhile. */
    static final String ALL = """
            with recursive gone (id) as (
              select f.id from quarry.folder f
            """ + Scopes.OF_FOLDER + """
              where f.tenant = :tenant and f.store = :store and f.vanished_generation = :generation and s.state = 'COMPLETE'
                and not exists (select from quarry.scope seen where seen.tenant = f.tenant and seen.run = :run and seen.folder = f.id)
              union select c.id from quarry.folder c join gone on c.parent = gone.id where c.tenant = :tenant)
            """;

    private static final String NEXT = ALL + "select id from gone where id > :after order by id limit :block";

    /**
     * The one in the chunk that comes last; none if there is nothing to mark. A loop over the folders in their order, which ends with the chunk: an order asked
     * for outside of the loop would be made by sorting all that the folders hold.
     */
    private static final String MARK = """
            with chunk as (
              select f.id, g.id as folder, f.name from (select id from unnest(cast(:folders as uuid[])) as u (id) order by id) g
              cross join lateral (
                select id, name from quarry.file
                where tenant = :tenant and folder = g.id and name >= case when g.id = :first then :from else '' end
                  and vanished_generation is distinct from :generation
                order by name limit :chunk) f
              limit :chunk),
            marked as (
              update quarry.file set vanished_generation = :generation where tenant = :tenant and id = any (array(select id from chunk)))
            select folder, name from chunk order by folder desc, name desc limit 1""";

    private static final int BLOCK = 10_000;
    private static final int CHUNK = 1_000;
    private static final Duration KEPT = Duration.ofMinutes(5);

    private final TenantTransactions transactions;
    private final RunRepository runs;
    private final JdbcClient jdbc;
    /** For the next call. One that is lost loses nothing: it is begun again, over what is marked. */
    private final Cache<Walk, Place> places =
            Caffeine.newBuilder().expireAfterAccess(KEPT).build();

    GoneFolders(TenantTransactions transactions, RunRepository runs, JdbcClient jdbc) {
        this.transactions = transactions;
        this.runs = runs;
        this.jdbc = jdbc;
    }

    /** Folders that are gone do not change once nothing is listed any more. */
    private record Walk(UUID run, RunState state) {}

    /**
     * @param ahead folders to go through, by id; more may follow
     * @param from name to begin with in the first of them
     * @param last the folder that they end with
     * @param found whether there was anything to mark until here
     */
    private record Place(List<UUID> ahead, KeyBytes from, UUID last, boolean found, boolean isEnd) {
        static final Place START = new Place(List.of(), KeyBytes.EMPTY, new UUID(0, 0), false, false);

        Place block(List<UUID> next) {
            return new Place(next, KeyBytes.EMPTY, next.get(next.size() - 1), found, false);
        }

        Place blockDone() {
            return new Place(List.of(), KeyBytes.EMPTY, last, found, false);
        }

        /** SQL promises no order of a loop: where something was marked it is looked whether all is. */
        Place allDone() {
            return found ? START : new Place(List.of(), KeyBytes.EMPTY, last, false, true);
        }

        Place behind(Marked marked) {
            return new Place(
                    ahead.subList(ahead.indexOf(marked.folder()), ahead.size()),
                    marked.name().successor(),
                    last,
                    true,
                    false);
        }
    }

    private record Marked(UUID folder, KeyBytes name) {}

    /**
     * No scope of the run may be open but of one that has ended early; what lies in such a scope is not marked. False if time ran out before the end: the
     * next call goes on.
     */
    boolean mark(TenantId tenant, RunRow run, Instant deadline) {
        Walk walk = new Walk(run.id(), run.state());
        Place place = Objects.requireNonNullElse(places.getIfPresent(walk), Place.START);
        while (!place.isEnd()) {
            Place from = place;
            place = transactions.in(tenant, () -> step(tenant, run, from));
            places.put(walk, place);
            if (!Instant.now().isBefore(deadline)) {
                return place.isEnd();
            }
        }
        return true;
    }

    private Place step(TenantId tenant, RunRow run, Place place) {
        runs.lock(tenant, run.id());
        if (place.ahead().isEmpty()) {
            List<UUID> next = next(tenant, run, place.last());
            return next.isEmpty() ? place.allDone() : place.block(next);
        }
        return chunk(tenant, run, place).map(place::behind).orElseGet(place::blockDone);
    }

    private List<UUID> next(TenantId tenant, RunRow run, UUID after) {
        return jdbc.sql(NEXT)
                .param("tenant", tenant.value())
                .param("store", run.store())
                .param("run", run.id())
                .param("generation", run.generation())
                .param("after", after)
                .param("block", BLOCK)
                .query(UUID.class)
                .list();
    }

    private Optional<Marked> chunk(TenantId tenant, RunRow run, Place place) {
        return jdbc.sql(MARK)
                .param("tenant", tenant.value())
                .param("generation", run.generation())
                .param("folders", ids(place.ahead()))
                .param("first", place.ahead().get(0))
                .param("from", place.from().bytes())
                .param("chunk", CHUNK)
                .query((row, n) -> new Marked(row.getObject("folder", UUID.class), KeyBytes.of(row.getBytes("name"))))
                .optional();
    }
}
