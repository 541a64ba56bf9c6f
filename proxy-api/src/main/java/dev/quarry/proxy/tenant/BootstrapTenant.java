package dev.quarry.proxy.tenant;

import dev.quarry.proxy.QuarrySettings;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** Makes the first tenant, so that a fresh deployment can be used at once. */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class BootstrapTenant implements ApplicationRunner {
    private final QuarrySettings settings;
    private final TenantRegistration registration;

    BootstrapTenant(QuarrySettings settings, TenantRegistration registration) {
        this.settings = settings;
        this.registration = registration;
    }

    @Override
    public void run(ApplicationArguments args) {
        registration.register(settings.bootstrapTenant());
    }
}
