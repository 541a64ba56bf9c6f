package dev.quarry.proxy.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.RunningApi.Answer;
import dev.quarry.proxy.listener.Listener;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes tenants and people on the shared API, as operators and admins do. */
public final class People {
    public static final String PASSWORD = "correct horse battery";
    private static final RunningApi API = RunningApi.shared();

    private People() {}

    public static String tenant() {
        String name = "t" + UUID.randomUUID().toString().substring(0, 20);
        Answer created = API.put(Listener.PUBLIC, API.operatorToken(), "/api/v1/operator/tenants/" + name, "{}");
        assertThat(created.status()).as(created.body()).isEqualTo(201);
        return name;
    }

    /** The name of a new account. */
    public static String account(String tenant, Role role, @Nullable List<String> stores) {
        String name = role.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-') + "-"
                + UUID.randomUUID().toString().substring(0, 8);
        String body = "{\"name\":\"%s\",\"password\":\"%s\",\"role\":\"%s\",\"stores\":%s}"
                .formatted(name, PASSWORD, role, RunningApi.JSON.writeValueAsString(stores));
        Answer created = API.post(
                Listener.PUBLIC, API.operatorToken(), "/api/v1/operator/tenants/" + tenant + "/accounts", body);
        assertThat(created.status()).as(created.body()).isEqualTo(201);
        return name;
    }

    /** A token of a new account. */
    public static String token(String tenant, Role role) {
        return Browser.token(API, tenant, account(tenant, role, null), PASSWORD);
    }

    public static String token(String tenant, Role role, List<String> stores) {
        return Browser.token(API, tenant, account(tenant, role, stores), PASSWORD);
    }
}
