package dev.quarry.proxy.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.listener.Listener;
import dev.quarry.proxy.run.TestStore;
import dev.quarry.proxy.tenant.StoreAccess;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

class StoreAccessTest {
    private final RunningApi api = RunningApi.shared();

    @Test
    void searchAndListsShowOnlyTheStoresThatAPersonMaySee() {
        String word = "w" + UUID.randomUUID().toString().substring(0, 8);
        TestStore seen = storeWith(word);
        TestStore hidden = storeWith(word);
        String token = People.token("demo", Role.VIEWER, List.of(seen.name));
        String everything = People.token("demo", Role.VIEWER);

        assertThat(stores(get(everything, "/api/v1/search?q=" + word).get("hits")))
                .containsExactlyInAnyOrder(seen.name, hidden.name);
        assertThat(stores(get(token, "/api/v1/search?q=" + word).get("hits"))).containsExactly(seen.name);
        assertThat(api.get(Listener.PUBLIC, token, "/api/v1/search?q=" + word + "&store=" + hidden.name)
                        .status())
                .isEqualTo(404);
        List<String> names = new ArrayList<>();
        get(token, "/api/v1/stores")
                .get("stores")
                .forEach(store -> names.add(store.get("name").asString()));
        assertThat(names).containsExactly(seen.name);
    }

    @Test
    void somebodyWithoutAnyStoreFindsNothing() {
        String word = "w" + UUID.randomUUID().toString().substring(0, 8);
        storeWith(word);
        String token = People.token("demo", Role.VIEWER, List.of());
        assertThat(get(token, "/api/v1/search?q=" + word).get("hits")).isEmpty();
        assertThat(get(token, "/api/v1/stores").get("stores")).isEmpty();
    }

    /** The database itself holds to the setting, whatever a query forgets: the function that may look across too. */
    @Test
    void theDatabaseShowsRowsOfTheNamedStoresOnly() {
        String word = "w" + UUID.randomUUID().toString().substring(0, 8);
        TestStore seen = storeWith(word);
        TestStore hidden = storeWith(word);
        TenantId tenant = tenant();
        UUID one = id(seen);
        UUID two = id(hidden);
        JdbcClient application = api.bean(JdbcClient.class);
        List<UUID> found = api.bean(TenantTransactions.class).in(tenant, () -> {
            application
                    .sql("select set_config('quarry.stores', ?, true)")
                    .param("{" + one + "}")
                    .query(String.class)
                    .single();
            for (String table : new String[] {"run", "folder", "file"}) {
                assertThat(application
                                .sql("select distinct store from quarry." + table)
                                .query(UUID.class)
                                .list())
                        .as(table)
                        .containsExactly(one);
            }
            assertThat(application
                            .sql("update quarry.file set detail = 'x' where store = ?")
                            .param(two)
                            .update())
                    .isZero();
            return application
                    .sql("select store from quarry.search(?, cast(? as uuid[]), 10)")
                    .params(word, "{" + one + "," + two + "}")
                    .query(UUID.class)
                    .list();
        });
        assertThat(found).containsExactly(one);
        assertThat(StoreAccess.ALL.all()).isTrue();
    }

    private static TestStore storeWith(String word) {
        TestStore store = new TestStore();
        store.write(word + ".txt", "text");
        store.open().complete();
        return store;
    }

    private TenantId tenant() {
        return api.superuser()
                .sql("select id from quarry.tenant where name = 'demo'")
                .query((row, n) -> new TenantId(row.getObject(1, UUID.class)))
                .single();
    }

    private UUID id(TestStore store) {
        return api.superuser()
                .sql("select id from quarry.store where name = ?")
                .param(store.name)
                .query(UUID.class)
                .single();
    }

    private JsonNode get(String token, String path) {
        RunningApi.Answer answer = api.get(Listener.PUBLIC, token, path);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json();
    }

    private static List<String> stores(JsonNode hits) {
        List<String> stores = new ArrayList<>();
        hits.forEach(hit -> stores.add(hit.get("store").asString()));
        return stores;
    }
}
