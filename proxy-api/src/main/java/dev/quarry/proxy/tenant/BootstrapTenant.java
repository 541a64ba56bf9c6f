package dev.quarry.proxy.tenant;

import dev.quarry.proxy.QuarrySettings;
import java.util.UUID;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Makes the first tenant, so that a fresh deployment can be used at once. */
@Component
class BootstrapTenant implements ApplicationRunner {
    private final QuarrySettings settings;
    private final JdbcClient jdbc;

    BootstrapTenant(QuarrySettings settings, JdbcClient jdbc) {
        this.settings = settings;
        this.jdbc = jdbc;
    }

    @Override
    public void run(ApplicationArguments args) {
        jdbc.sql("insert into quarry.tenant (id, name) values (?, ?) on conflict (name) do nothing")
                .param(UUID.randomUUID())
                .param(settings.bootstrapTenant())
                .update();
    }
}
