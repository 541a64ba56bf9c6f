package dev.quarry.activity.nomad;

import dev.quarry.activity.job.Capabilities;
import dev.quarry.activity.job.Daemons;
import dev.quarry.activity.job.JobBackend;
import dev.quarry.activity.job.JobBackendException;
import dev.quarry.activity.job.JobHandle;
import dev.quarry.activity.job.JobId;
import dev.quarry.activity.job.JobRejectedException;
import dev.quarry.activity.job.JobSpec;
import dev.quarry.activity.job.JobStatus;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.http.impl.client.CloseableHttpClient;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Jobs as registered batch jobs of Nomad namespaces; the handle is {@code namespace/job id}. A job is created once: whoever comes second
 * finds it. The ticket stands in the job's environment, where whoever may read the namespace's jobs reads it, or in a variable that only
 * the job's own identity may read.
 */
public final class NomadJobBackend implements JobBackend {
    private static final Logger LOG = LoggerFactory.getLogger(NomadJobBackend.class);
    private static final String EVERY_NAMESPACE = "*";
    private static final Duration LOOK = Duration.ofSeconds(10);
    private static final int READS_AT_ONCE = 4;

    private final NomadConfig config;
    private final CloseableHttpClient http;
    private final HttpClient streams;
    private final UsedTickets usedTickets = new UsedTickets();
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(Daemons.named("nomad-clock"));
    private final ExecutorService reads = Executors.newFixedThreadPool(READS_AT_ONCE, Daemons.named("nomad-read"));
    private final Map<String, NomadNamespace> namespaces = new ConcurrentHashMap<>();
    private final List<Consumer<JobHandle>> listeners = new CopyOnWriteArrayList<>();
    private final List<Runnable> gapListeners = new CopyOnWriteArrayList<>();
    private final AtomicReference<@Nullable String> alone = new AtomicReference<>();
    private boolean followed;

    public NomadJobBackend(NomadConfig config) {
        this.config = config;
        http = NomadCluster.client(config);
        streams = HttpClient.newBuilder().connectTimeout(config.callTimeout()).build();
        long look = Math.min(LOOK.toMillis(), config.idle().toMillis());
        ScheduledFuture<?> unused = clock.scheduleWithFixedDelay(this::look, look, look, TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            namespaces.values().forEach(NomadNamespace::look);
        } catch (RuntimeException e) {
            LOG.warn("cannot look after Nomad's events: {}; trying again", e.toString());
        }
    }

    /**
     * This, once Nomad has answered and has what the jobs need.
     *
     * @throws JobBackendException if it cannot be reached, does not take the token, or lacks the namespace
     */
    public NomadJobBackend reached() {
        try {
            String some = config.perTenant() ? EVERY_NAMESPACE : config.namespace();
            new NomadLists(config, some, http).probe();
            new NomadDeployment(config, http).check();
        } catch (JobBackendException e) {
            throw new JobBackendException(
                    e.getMessage()
                            + "; set NOMAD_ADDR, NOMAD_NAMESPACE or QUARRY_NOMAD_NAMESPACE_PREFIX and, where ACLs are on, QUARRY_NOMAD_TOKEN_FILE",
                    e);
        }
        return this;
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(config.driver().enforcesMemory(), false, config.ticketAsVariable(), true);
    }

    @Override
    public JobHandle submit(JobSpec spec) throws JobRejectedException {
        if (!config.driver().confines()) {
            admitAlone(spec.tenant());
        }
        return ofTenant(spec.tenant()).submit(spec);
    }

    /** Without walls between jobs the first tenant has this worker alone. */
    private void admitAlone(String tenant) throws JobRejectedException {
        String first = alone.compareAndExchange(null, tenant);
        if (first != null && !first.equals(tenant)) {
            throw new JobRejectedException("raw_exec confines nothing, so this worker runs the jobs of one tenant, "
                    + first + ": set QUARRY_NOMAD_DRIVER to docker or podman for the stores of " + tenant);
        }
    }

    @Override
    public Optional<JobHandle> find(String tenant, JobId id) {
        return ofTenant(tenant).find(id.value());
    }

    @Override
    public Map<JobHandle, JobStatus> statuses(Collection<JobHandle> handles) {
        Map<JobHandle, JobStatus> statuses = new LinkedHashMap<>();
        handles.stream()
                .filter(handle -> NomadHandle.of(handle).isEmpty())
                .forEach(handle -> statuses.put(handle, JobStatus.of(JobStatus.State.UNKNOWN)));
        Map<String, List<NomadHandle>> byNamespace = handles.stream()
                .map(NomadHandle::of)
                .flatMap(Optional::stream)
                .collect(Collectors.groupingBy(NomadHandle::namespace));
        int failed = 0;
        for (Map.Entry<String, List<NomadHandle>> some : byNamespace.entrySet()) {
            try {
                statuses.putAll(namespace(some.getKey()).statuses(some.getValue()));
            } catch (JobBackendException e) {
                // One tenant's namespace that the token may not read must not hide the jobs of all others.
                if (++failed == byNamespace.size()) {
                    throw e;
                }
                LOG.warn(
                        "{} jobs of namespace {} are not read: {}",
                        some.getValue().size(),
                        some.getKey(),
                        e.getMessage());
            }
        }
        return statuses;
    }

    @Override
    public void changes(Consumer<JobHandle> listener) {
        listeners.add(listener);
        followAll();
        if (!config.perTenant()) {
            NomadNamespace unused = namespace(config.namespace());
        }
    }

    /** From now on every namespace is followed as soon as it is known. */
    private synchronized void followAll() {
        followed = true;
        namespaces.values().forEach(namespace -> namespace.follow(streams, this::tell, this::tellGap));
    }

    @Override
    public void gaps(Runnable listener) {
        gapListeners.add(listener);
    }

    private void tellGap() {
        gapListeners.forEach(Runnable::run);
    }

    private void tell(JobHandle handle) {
        listeners.forEach(listener -> listener.accept(handle));
    }

    @Override
    public void stop(String tenant, JobId id, Optional<JobHandle> handle) {
        Optional<NomadHandle> known = handle.flatMap(NomadHandle::of);
        if (known.isPresent()) {
            namespace(known.get().namespace()).stop(known.get().job());
        } else {
            ofTenant(tenant).stopOrPrevent(id);
        }
    }

    private NomadNamespace ofTenant(String tenant) {
        return namespace(config.namespaceOf(tenant));
    }

    private NomadNamespace namespace(String name) {
        NomadNamespace known = namespaces.get(name);
        NomadNamespace namespace = known == null ? opened(name) : known;
        namespace.use();
        return namespace;
    }

    private synchronized NomadNamespace opened(String name) {
        Function<String, NomadNamespace> open = unseen -> new NomadNamespace(config, unseen, http, usedTickets, reads);
        NomadNamespace namespace = namespaces.computeIfAbsent(name, open);
        if (followed) {
            namespace.follow(streams, this::tell, this::tellGap);
        }
        return namespace;
    }

    @Override
    public synchronized void close() {
        clock.shutdownNow();
        reads.shutdown();
        listeners.clear();
        gapListeners.clear();
        usedTickets.close();
        namespaces.values().forEach(NomadNamespace::close);
        try {
            http.close();
        } catch (IOException e) {
            throw new JobBackendException("cannot close the connections to Nomad: " + e.getMessage(), e);
        }
    }
}
