package dev.quarry.proxy.tenant;

import dev.quarry.proxy.problem.Problem;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Makes tenants. */
@Component
public class TenantRegistration {
    private static final String NAME = "[a-z0-9][a-z0-9-]{0,39}";

    private final JdbcClient jdbc;

    TenantRegistration(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** @return false if it was there. @throws Problem 422 invalid_name */
    public boolean register(String name) {
        if (!name.matches(NAME)) {
            throw Problem.invalid("invalid_name", "a tenant's name must match ^" + NAME + "$");
        }
        return jdbc.sql("insert into quarry.tenant (id, name) values (?, ?) on conflict (name) do nothing")
                        .params(UUID.randomUUID(), name)
                        .update()
                == 1;
    }
}
