package dev.quarry.proxy.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.RunningApi.Answer;
import dev.quarry.proxy.listener.Listener;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.MemoryBuckets;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** A store of its own on the shared API, driven over HTTP as a workflow would. Units are concluded straight in the database. */
public final class TestStore {
    private static final RunningApi API = RunningApi.shared();
    private static final JdbcClient SUPERUSER = API.superuser();

    public final String name;
    public final Path root;
    private RunningApi walker = API;
    private int chains;

    public TestStore() {
        this(false);
    }

    /** One of kind s3; it has no root to write below. */
    public static TestStore s3(String settings) {
        return remote("s3", settings);
    }

    /** One of kind azure, likewise. */
    public static TestStore azure(String settings) {
        return remote("azure", settings);
    }

    /** One whose keys are those of {@link MemoryBuckets#of} this bucket. */
    public static TestStore memory(String bucket) {
        return s3("{\"bucket\":\"%s\",\"accessKeyId\":\"none\",\"secretAccessKey\":\"none\"}".formatted(bucket));
    }

    /** Another process that lists it from now on. */
    public TestStore walkedBy(RunningApi other) {
        walker = other;
        return this;
    }

    private static TestStore remote(String kind, String settings) {
        TestStore store = new TestStore(Path.of(""));
        Answer created = API.post(
                Listener.PUBLIC,
                API.token(Listener.PUBLIC),
                "/api/v1/stores",
                "{\"name\":\"%s\",\"kind\":\"%s\",\"%s\":%s}".formatted(store.name, kind, kind, settings));
        assertThat(created.status()).as(created.body()).isEqualTo(201);
        return store;
    }

    private TestStore(Path root) {
        this.name = "s" + UUID.randomUUID().toString().substring(0, 20);
        this.root = root;
    }

    public TestStore(boolean includeHidden) {
        this(API.newStoreFolder());
        Answer created = API.post(
                Listener.PUBLIC,
                API.token(Listener.PUBLIC),
                "/api/v1/stores",
                "{\"name\":\"%s\",\"kind\":\"filesystem\",\"root\":\"%s\",\"includeHidden\":%s}"
                        .formatted(name, root, includeHidden));
        assertThat(created.status()).as(created.body()).isEqualTo(201);
    }

    /** Replaces the store's settings. */
    public Answer settings(String json) {
        return API.put(Listener.PUBLIC, API.token(Listener.PUBLIC), "/api/v1/stores/" + name + "/settings", json);
    }

    public Path write(String path, String content) {
        try {
            Path file = root.resolve(path);
            Files.createDirectories(file.getParent());
            return Files.writeString(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Opens the run of a new chain. */
    public TestRun open() {
        return open("chain-" + chains, Instant.parse("2026-01-01T00:00:00Z").plusSeconds(chains++), true);
    }

    /** A run that lists and compares only. */
    public TestRun openListingOnly() {
        return open("chain-" + chains, Instant.parse("2026-01-01T00:00:00Z").plusSeconds(chains++), false);
    }

    /** A run that looks at these keys only. */
    public TestRun openForKeys(String... keys) {
        return openForKeys(true, keys);
    }

    public UUID id() {
        return SUPERUSER
                .sql("select id from quarry.store where name = ?")
                .param(name)
                .query(UUID.class)
                .single();
    }

    /** A list of keys that was put for a run to come. */
    UUID keyList(String... keys) {
        TenantId demo = new TenantId(SUPERUSER
                .sql("select tenant from quarry.store where name = ?")
                .param(name)
                .query(UUID.class)
                .single());
        UUID id = id();
        return API.bean(TenantTransactions.class)
                .in(
                        demo,
                        () -> API.bean(KeyLists.class)
                                .put(
                                        demo,
                                        id,
                                        Stream.of(keys).map(KeyBytes::utf8).toList()));
    }

    TestRun openForKeys(boolean dispatch, String... keys) {
        UUID list = keyList(keys);
        Answer answer = openAnswer(
                "chain-" + chains,
                Instant.parse("2026-01-01T00:00:00Z").plusSeconds(chains++),
                dispatch,
                "\"" + list + "\"");
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return new TestRun(UUID.fromString(answer.json().get("run").asString()));
    }

    public TestRun open(String chain, Instant started, boolean dispatch) {
        Answer answer = openAnswer(chain, started, dispatch);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return new TestRun(UUID.fromString(answer.json().get("run").asString()));
    }

    public Answer openAnswer(String chain, Instant started, boolean dispatch) {
        return openAnswer(chain, started, dispatch, "null");
    }

    Answer openAnswer(String chain, Instant started, boolean dispatch, String keyList) {
        return control(
                "",
                "{\"workflowId\":\"index/demo/%s\",\"firstExecutionRunId\":\"%s\",\"chainStartedAt\":\"%s\",\"dispatch\":%s,\"keyList\":%s}"
                        .formatted(name, chain, started, dispatch, keyList));
    }

    static Answer control(String path, String json) {
        return API.post(Listener.CONTROL, API.token(Listener.CONTROL), "/control/v1/runs" + path, json);
    }

    public static Answer people(String path) {
        return API.get(Listener.PUBLIC, API.token(Listener.PUBLIC), path);
    }

    public static Answer peoplePost(String path, String json) {
        return API.post(Listener.PUBLIC, API.token(Listener.PUBLIC), path, json);
    }

    /** Cleaned paths of the files that a word finds in this store. */
    public List<String> found(String word) {
        List<String> paths = new ArrayList<>();
        people("/api/v1/search?store=" + name + "&q=" + word)
                .json()
                .get("hits")
                .forEach(hit -> paths.add(hit.get("path").asString()));
        return paths;
    }

    public static JdbcClient superuser() {
        return SUPERUSER;
    }

    static List<UUID> unitsOf(JsonNode units) {
        List<UUID> ids = new ArrayList<>();
        units.forEach(unit -> ids.add(UUID.fromString(unit.get("unit").asString())));
        return ids;
    }

    /** Every file of the ledger: cleaned path to outcome with reason. */
    public Map<String, String> ledger() {
        Map<String, String> files = new TreeMap<>();
        SUPERUSER.sql("""
                        select f.path, f.outcome || coalesce('(' || f.reason || ')', '') as outcome from quarry.file f
                        join quarry.store s on s.id = f.store where s.name = ?""").param(name).query((row) -> {
            files.put(row.getString("path"), row.getString("outcome"));
        });
        return files;
    }

    /** Cleaned paths of the files that have an extraction. */
    public List<String> extracted() {
        return SUPERUSER.sql("""
                        select distinct f.path from quarry.extraction e join quarry.file f on f.tenant = e.tenant and f.id = e.file
                        join quarry.store s on s.id = f.store where s.name = ? order by f.path""").param(name).query(String.class).list();
    }

    /** One run of the store. */
    public final class TestRun {
        public final UUID id;
        private int advanceSeq;
        private int unitsSeq;

        private TestRun(UUID id) {
            this.id = id;
        }

        public JsonNode advance() {
            return advance(++advanceSeq);
        }

        public JsonNode advance(int seq) {
            Answer answer = walker.post(
                    Listener.CONTROL,
                    API.token(Listener.CONTROL),
                    "/control/v1/runs/" + id + "/advance",
                    "{\"seq\":" + seq + "}");
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            return answer.json();
        }

        /** Lists all there is. */
        public JsonNode walk() {
            JsonNode totals = advance();
            while (!totals.get("listingComplete").asBoolean()) {
                totals = advance();
            }
            return totals;
        }

        /** Goes on after {@code advance} was called by number. */
        JsonNode walkAfter(int seq) {
            advanceSeq = seq;
            return walk();
        }

        public List<UUID> take(int max) {
            return unitsOf(take(++unitsSeq, max).get("units"));
        }

        public JsonNode take(int seq, int max) {
            Answer answer = control("/" + id + "/units", "{\"seq\":%d,\"max\":%d}".formatted(seq, max));
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            return answer.json();
        }

        /** Packs and concludes everything; {@code outcome} per path, INDEXED if it says nothing. */
        public void work(Map<String, String> outcomes) {
            for (List<UUID> units = take(10); !units.isEmpty(); units = take(10)) {
                units.forEach(unit -> conclude(unit, outcomes));
            }
        }

        public void conclude(UUID unit, Map<String, String> outcomes) {
            List<String> failed = outcomes.keySet().stream().toList();
            List<String> reasons = failed.stream().map(outcomes::get).toList();
            SUPERUSER
                    .sql("""
                            with wanted as (select unnest(:paths) as path, unnest(:reasons) as reason),
                            item as (
                              select i.*, w.reason as why, f.path, f.display, f.store from quarry.unit_item i join quarry.file f on f.tenant = i.tenant and f.id = i.file
                              left join wanted w on w.path = f.path where i.unit = :unit and i.outcome is null),
                            items as (
                              update quarry.unit_item u set outcome = case when why is null then 'INDEXED' else 'FAILED' end, reason = why
                              from item where u.tenant = item.tenant and u.unit = item.unit and u.n = item.n),
                            files as (
                              update quarry.file f set outcome = case when why is null then 'INDEXED' else 'FAILED' end, reason = why, pending_seq = null,
                                concluded_version = item.version, concluded_extractors = r.extractor_set
                              from item, quarry.unit u, quarry.run r where u.id = :unit and r.id = u.run and f.tenant = item.tenant and f.id = item.file),
                            found as (
                              insert into quarry.search_document (tenant, file, store, display, path, words)
                              select tenant, file, store, display, path, quarry.name_words(path) from item where why is null
                              on conflict (tenant, file) do nothing),
                            lost as (
                              delete from quarry.search_document d using item where d.tenant = item.tenant and d.file = item.file and why is not null)
                            update quarry.unit u set state = 'DONE', indexed = indexed + (select count(*) from item where why is null),
                              failed = failed + (select count(*) from item where why is not null), bytes_done = bytes
                            where id = :unit""")
                    .param("unit", unit)
                    .param("paths", failed.toArray(new String[0]))
                    .param("reasons", reasons.toArray(new String[0]))
                    .update();
        }

        public JsonNode close(boolean cancelled) {
            while (true) {
                JsonNode answer = closeChunk(cancelled);
                assertThat(answer.get("waits").asBoolean()).as("waits").isFalse();
                if (answer.get("finished").asBoolean()) {
                    return answer.get("totals");
                }
            }
        }

        JsonNode closeChunk(boolean cancelled) {
            Answer answer = control("/" + id + "/close", "{\"cancelled\":" + cancelled + "}");
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            return answer.json();
        }

        /** A whole run in which everything is indexed. */
        public JsonNode complete() {
            return complete(Map.of());
        }

        public JsonNode complete(Map<String, String> failures) {
            walk();
            work(failures);
            return close(false);
        }

        public JsonNode totals() {
            return API.get(Listener.CONTROL, API.token(Listener.CONTROL), "/control/v1/runs/" + id)
                    .json();
        }
    }
}
