package dev.quarry.proxy.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quarry.postgres.DatabaseRole;
import dev.quarry.postgres.EmbeddedPostgres;
import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.run.TestStore;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class SearchTest {
    private final TestStore store = new TestStore();

    @Test
    void filesAreFoundByPartsOfTheirNames() {
        store.write("reports/annual_budget-2020.pdf", "text");
        store.write("other.txt", "text");
        store.open().complete();
        JsonNode answer = search("budget");
        assertThat(answer.get("hits")).hasSize(1);
        assertThat(answer.get("hits").get(0).get("path").asString()).isEqualTo("reports/annual_budget-2020.pdf");
        assertThat(answer.get("hits").get(0).get("excerpt").isNull()).isTrue();
        assertThat(answer.get("more").asBoolean()).isFalse();
        assertThat(search("budget%20-annual").get("hits")).isEmpty();
    }

    @Test
    void anExcerptMarksTheMatchInPlainText() {
        store.write("letter.txt", "text");
        store.open().complete();
        TestStore.superuser()
                .sql("""
                        with f as (select * from quarry.file where store = (select id from quarry.store where name = :store)),
                        d as (update quarry.search_document s set words = s.words || to_tsvector('simple', :text) from f where s.file = f.id)
                        insert into quarry.extraction (tenant, id, attempt, n, file, version, member_sha256, extractor, extractor_version, digest, status, text, counts)
                        select tenant, gen_random_uuid(), gen_random_uuid(), 0, id, concluded_version, sha256(''), 'tika', '1', '', 'OK', :text, true from f""")
                .param("store", store.name)
                .param("text", "<b>Dear</b> \u0002friend\u0003, the zeppelin lands at noon.")
                .update();
        String excerpt = search("zeppelin").get("hits").get(0).get("excerpt").asString();
        assertThat(excerpt)
                .contains("\u0002zeppelin\u0003", "friend, the")
                .doesNotContain("<b>")
                .containsOnlyOnce("\u0002");
    }

    @Test
    void moreSaysThatThereIsMore() {
        for (int i = 0; i < 3; i++) {
            store.write("many" + i + ".txt", "text");
        }
        store.open().complete();
        assertThat(search("many0").get("more").asBoolean()).isFalse();
        JsonNode two = search("txt&limit=2");
        assertThat(two.get("hits")).hasSize(2);
        assertThat(two.get("more").asBoolean()).isTrue();
    }

    @Test
    void withoutATenantNothingIsSeen() throws SQLException {
        store.write("a.txt", "text");
        store.open().complete();
        try (Connection app =
                        RunningApi.shared().postgres().connect(EmbeddedPostgres.DATABASE, DatabaseRole.APPLICATION);
                Statement statement = app.createStatement()) {
            for (String table : new String[] {
                "store", "run", "folder", "scope", "file", "unit", "unit_item", "search_document", "alarm"
            }) {
                assertThat(count(statement, "quarry." + table)).as(table).isZero();
            }
            assertThatThrownBy(() -> statement.executeQuery("select * from quarry.search('a', array[]::uuid[], 1)"))
                    .hasMessageContaining("no tenant set");
            statement.execute("select set_config('quarry.tenant', '" + UUID.randomUUID() + "', false)");
            assertThat(count(statement, "quarry.file")).isZero();
            statement.execute("select set_config('quarry.tenant', '" + tenant()
                    + "', false), set_config('quarry.stores', '*', false)");
            assertThat(count(statement, "quarry.file")).isPositive();
        }
    }

    /** The very query of quarry.search, as the role that owns it, over enough rows for the planner to care. */
    @Test
    void searchUsesItsIndex() throws SQLException {
        String tenant = tenant();
        UUID oneStore = UUID.randomUUID();
        String query = searchQuery()
                .replace("d.tenant = t", "d.tenant = '" + tenant + "'")
                .replace("@@ q", "@@ websearch_to_tsquery('simple', 'needle')")
                .replace("any (seen)", "any (array['" + oneStore + "']::uuid[])");
        try (Connection superuser =
                        RunningApi.shared().postgres().connect(EmbeddedPostgres.DATABASE, DatabaseRole.SUPERUSER);
                Statement statement = superuser.createStatement()) {
            superuser.setAutoCommit(false);
            statement.execute("""
                    insert into quarry.search_document (tenant, file, store, display, path, words)
                    select '%s', gen_random_uuid(), '%s', 'x', 'x', to_tsvector('simple', 'word' || i || case when i %% 1000 = 0 then ' needle' else '' end)
                    from generate_series(1, 20000) i""".formatted(tenant, oneStore));
            statement.execute("analyze quarry.search_document");
            statement.execute("set local role quarry_search");
            StringBuilder plan = new StringBuilder();
            try (ResultSet rows = statement.executeQuery("explain " + query)) {
                while (rows.next()) {
                    plan.append(rows.getString(1)).append('\n');
                }
            }
            superuser.rollback();
            assertThat(plan.toString())
                    .contains("Bitmap Index Scan", "words @@")
                    .doesNotContain("Seq Scan");
        }
    }

    /** The inner query as the migration has it: this test must fail with the function. */
    private static String searchQuery() {
        String source = TestStore.superuser()
                .sql("select prosrc from pg_proc where oid = 'quarry.search(text, uuid[], int)'::regprocedure")
                .query(String.class)
                .single();
        return source.substring(source.indexOf("(select d.*") + 1, source.indexOf(") h"));
    }

    private static String tenant() {
        return TestStore.superuser()
                .sql("select id::text from quarry.tenant where name = 'demo'")
                .query(String.class)
                .single();
    }

    private static int count(Statement statement, String table) throws SQLException {
        try (ResultSet rows = statement.executeQuery("select count(*) from " + table)) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private JsonNode search(String query) {
        return TestStore.people("/api/v1/search?store=" + store.name + "&q=" + query)
                .json();
    }
}
