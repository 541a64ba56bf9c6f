package dev.quarry.proxy.security;

import dev.quarry.proxy.QuarrySettings;
import dev.quarry.proxy.tenant.SiteAccess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A service client as this deployment has it. Of workers there may be several, each for sites of its own.
 *
 * @param sites whose runs it works for; none unless it is a worker
 */
record ServiceIdentity(String id, ServiceClient kind, Proof proof, SiteAccess sites) {
    private static final SiteAccess NO_SITES = SiteAccess.only(Set.of());

    /** How it proves who it is; either may be missing. */
    record Proof(
            String variable,
            @Nullable Path secretFile,
            @Nullable Path keysFile) {
        boolean isMissing() {
            return secretFile == null && keysFile == null;
        }
    }

    /** @throws IllegalArgumentException if the settings do not say which worker has which sites, or name one as no variable can */
    static List<ServiceIdentity> all(QuarrySettings settings) {
        List<ServiceIdentity> all = new ArrayList<>();
        all.add(worker(settings));
        settings.workers().forEach((name, client) -> all.add(worker(WorkerVariables.checked(name), client)));
        all.add(of(ServiceClient.LOCAL, "QUARRY_LOCAL", settings.localSecretFile(), settings.localKeysFile()));
        all.add(of(
                ServiceClient.OPERATOR, "QUARRY_OPERATOR", settings.operatorSecretFile(), settings.operatorKeysFile()));
        return all;
    }

    static Optional<ServiceIdentity> of(String id, QuarrySettings settings) {
        return all(settings).stream().filter(service -> service.id.equals(id)).findFirst();
    }

    private static ServiceIdentity of(
            ServiceClient kind, String variable, @Nullable Path secretFile, @Nullable Path keysFile) {
        return new ServiceIdentity(kind.id(), kind, new Proof(variable, secretFile, keysFile), NO_SITES);
    }

    private static ServiceIdentity worker(String name, WorkerClient client) {
        String variable = WorkerVariables.PREFIX + name.toUpperCase(Locale.ROOT);
        return new ServiceIdentity(
                ServiceClient.WORKER.id() + "-" + name,
                ServiceClient.WORKER,
                new Proof(variable, client.secretFile(), client.keysFile()),
                SiteAccess.only(client.sites()));
    }

    private static ServiceIdentity worker(QuarrySettings settings) {
        Proof proof = new Proof("QUARRY_WORKER", settings.workerSecretFile(), settings.workerKeysFile());
        if (settings.workerSites().isEmpty()
                && !proof.isMissing()
                && !settings.workers().isEmpty()) {
            throw new IllegalArgumentException(
                    "QUARRY_WORKER_SITES is not set, but there are other clients of workers: name the sites of "
                            + ServiceClient.WORKER.id() + ", or take its secret and keys away");
        }
        SiteAccess sites = settings.workerSites().isEmpty() ? SiteAccess.ALL : SiteAccess.only(settings.workerSites());
        return new ServiceIdentity(ServiceClient.WORKER.id(), ServiceClient.WORKER, proof, sites);
    }

    /** Whether the deployment cannot do without it. */
    boolean isNeeded(QuarrySettings settings) {
        return kind == ServiceClient.WORKER
                && (!id.equals(kind.id()) || settings.workers().isEmpty());
    }
}
