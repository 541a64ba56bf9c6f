package dev.quarry.proxy.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quarry.proxy.QuarrySettings;
import dev.quarry.proxy.tenant.SiteAccess;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** Which worker may work for which sites, from the variables that an operator sets. */
class ServiceIdentityTest {
    @Test
    void theOnlyWorkerWorksForEverySiteUnlessItsSitesAreNamed() {
        assertThat(worker("quarry-worker", Map.of("QUARRY_WORKER_SECRET_FILE", "/s"))
                        .sites())
                .isEqualTo(SiteAccess.ALL);
        assertThat(worker("quarry-worker", Map.of("QUARRY_WORKER_SECRET_FILE", "/s", "QUARRY_WORKER_SITES", "a,b"))
                        .sites())
                .isEqualTo(SiteAccess.only(Set.of("a", "b")));
    }

    @Test
    void furtherWorkersAreNamedByTheirVariables() {
        ServiceIdentity worker = worker(
                "quarry-worker-eu",
                Map.of(
                        "QUARRY_WORKERS_EU_SITES", "eu-west,eu-north",
                        "QUARRY_WORKERS_EU_SECRET_FILE", "/s"));
        assertThat(worker.sites()).isEqualTo(SiteAccess.only(Set.of("eu-west", "eu-north")));
        assertThat(worker.proof().variable()).isEqualTo("QUARRY_WORKERS_EU");
        assertThat(worker.proof().secretFile()).hasToString("/s");
    }

    @Test
    void whatLeavesSitesOpenIsRefused() {
        Map<String, String> eu = Map.of("QUARRY_WORKERS_EU_SITES", "eu", "QUARRY_WORKERS_EU_SECRET_FILE", "/s");
        assertThatThrownBy(() -> ServiceIdentity.all(settings(and(eu, "QUARRY_WORKER_SECRET_FILE", "/s"))))
                .hasMessageContaining("QUARRY_WORKER_SITES is not set");
        assertThatThrownBy(() -> settings(Map.of("QUARRY_WORKERS_EU_SECRET_FILE", "/s")))
                .hasStackTraceContaining("a worker client has no sites");
        assertThatThrownBy(() -> ServiceIdentity.all(
                        settings(Map.of("QUARRY_WORKER_SECRET_FILE", "/s", "QUARRY_WORKER_SITES", "*"))))
                .hasMessageContaining("'*' is no name of a site");
    }

    private static ServiceIdentity worker(String id, Map<String, String> variables) {
        return ServiceIdentity.of(id, settings(variables)).orElseThrow();
    }

    private static Map<String, String> and(Map<String, String> some, String name, String value) {
        Map<String, String> all = new TreeMap<>(some);
        all.put(name, value);
        return all;
    }

    /** As Spring binds them at the program's start. */
    private static QuarrySettings settings(Map<String, String> variables) {
        MutablePropertySources sources = new MutablePropertySources();
        sources.addLast(new SystemEnvironmentPropertySource("systemEnvironment", Map.copyOf(variables)));
        sources.addLast(new MapPropertySource(
                "shipped",
                Map.of(
                        "quarry.lanes[0].name", "documents",
                        "quarry.lanes[0].image", "quarry-agent",
                        "quarry.lanes[0].extractors", "tika")));
        return new Binder(ConfigurationPropertySources.from(sources))
                .bind("quarry", QuarrySettings.class)
                .get();
    }
}
