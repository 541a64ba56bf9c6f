package dev.quarry.proxy.attack;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.listener.Listener;
import java.util.UUID;

/** Somebody else, with a token for the public API as it would be given to him; granted the same directories as the first one. */
record Tenant(String name, String token) {
    static Tenant other() {
        RunningApi api = RunningApi.shared();
        UUID id = UUID.randomUUID();
        String name = "t" + id.toString().substring(0, 13);
        api.superuser()
                .sql("insert into quarry.tenant (id, name) values (?, ?)")
                .params(id, name)
                .update();
        api.superuser()
                .sql(
                        "insert into quarry.tenant_grant (tenant, kind, value) values (:id, 'filesystem-root', :root), (:id, 'store-endpoint', '127.0.0.1:*')")
                .param("id", id)
                .param("root", api.home().resolve("stores").toString())
                .update();
        return new Tenant(
                name,
                Forgery.of(api.token(Listener.PUBLIC))
                        .claim("tenant", id.toString())
                        .signed());
    }

    @Override
    public String toString() {
        return name;
    }
}
