package dev.quarry.proxy.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quarry.postgres.DatabaseRole;
import dev.quarry.postgres.EmbeddedPostgres;
import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.run.TestStore;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class SearchTest {
    private static final String TOGETHER =
            "At noon.Next alberto.valeriani@postacertificata.notariato.it, https://www.example.org/a-b/tariffs.pdf?year=2020 "
                    + "/usr/local/share 2020-01-15 -3.25 snake_case List<String> &nbsp; C:\\temp\\x R&D the twenty-fourth of zeppelin";

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
        indexed("<b>Dear</b> \u0002friend\u0003, the zeppelin lands at noon.");
        String excerpt = search("zeppelin").get("hits").get(0).get("excerpt").asString();
        assertThat(excerpt)
                .contains("\u0002zeppelin\u0003", "friend, the")
                .doesNotContain("<b>")
                .containsOnlyOnce("\u0002");
    }

    /** PostgreSQL's parser would take each of these for one word, or for none. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "valeriani",
                "postacertificata",
                "notariato",
                "example",
                "tariffs",
                "pdf",
                "local",
                "share",
                "zeppelin",
                "15",
                "25",
                "snake",
                "case",
                "String",
                "nbsp",
                "temp",
                "R%26D",
                "noon",
                "Next",
                "fourth",
                "twenty"
            })
    void eachWordOfATextIsFoundWhateverStandsBesideIt(String word) {
        indexed(TOGETHER);
        assertThat(search(word).get("hits")).hasSize(1);
        assertThat(search(word).get("hits").get(0).get("excerpt").asString())
                .containsIgnoringCase("\u0002" + word.replaceAll("%26.*", "") + "\u0003");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alberto.valeriani@postacertificata.notariato.it",
                "https://www.example.org/a-b/tariffs.pdf?year=2020",
                "/usr/local/share",
                "2020-01-15",
                "3.25",
                "\"the twenty-fourth of\"",
                "snake_case zeppelin",
                "noon -tariffs.doc",
                "noon -absent",
                "absent or noon"
            })
    void whatIsWrittenTogetherIsFoundAsItStandsInTheText(String query) {
        indexed(TOGETHER);
        assertThat(search(URLEncoder.encode(query, StandardCharsets.UTF_8)).get("hits"))
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "noon -tariffs.pdf",
                "-www.example.org",
                "\"fourth twenty\"",
                "noon -\"twenty-fourth of\"",
                "example.com",
                "noon absent"
            })
    void whatIsNotSoIsNotFound(String query) {
        indexed(TOGETHER);
        assertThat(search(URLEncoder.encode(query, StandardCharsets.UTF_8)).get("hits"))
                .isEmpty();
    }

    private void indexed(String text) {
        store.write("letter.txt", "text");
        store.open().complete();
        TestStore.superuser()
                .sql("""
                        with f as (select * from quarry.file where store = (select id from quarry.store where name = :store)),
                        d as (update quarry.search_document s set words = s.words || w.words from f, quarry.words_of(:text) w where s.file = f.id)
                        insert into quarry.extraction (tenant, id, attempt, n, file, version, member_sha256, extractor, extractor_version, digest, status, text, counts)
                        select tenant, gen_random_uuid(), gen_random_uuid(), 0, id, concluded_version, sha256(''), 'tika', '1', '', 'OK', :text, true from f""")
                .param("store", store.name)
                .param("text", text)
                .update();
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
