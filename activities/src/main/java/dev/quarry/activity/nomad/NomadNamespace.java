package dev.quarry.activity.nomad;

import com.hashicorp.nomad.apimodel.Job;
import dev.quarry.activity.job.JobHandle;
import dev.quarry.activity.job.JobId;
import dev.quarry.activity.job.JobRejectedException;
import dev.quarry.activity.job.JobSpec;
import dev.quarry.activity.job.JobStatus;
import java.net.http.HttpClient;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.http.impl.client.CloseableHttpClient;
import org.jspecify.annotations.Nullable;

/** The jobs of one Nomad namespace. */
final class NomadNamespace implements AutoCloseable {
    private final NomadConfig config;
    private final String name;
    private final NomadCluster cluster;
    private final NomadReader reader;
    private final NomadJob jobs;
    private final NomadVariables variables;
    private final UsedTickets usedTickets;
    private @Nullable Following following;
    private @Nullable NomadEvents events;
    private long lastUsed = System.nanoTime();

    /** What to tell of its events. */
    private record Following(HttpClient streams, Consumer<JobHandle> listener, Runnable gap) {}

    /** @param reads runs calls that read single jobs */
    NomadNamespace(NomadConfig config, String name, CloseableHttpClient http, UsedTickets usedTickets, Executor reads) {
        this.config = config;
        this.usedTickets = usedTickets;
        this.name = name;
        cluster = new NomadCluster(config, name, http);
        reader = new NomadReader(cluster, new NomadLists(config, name, http), reads);
        jobs = new NomadJob(config, name);
        variables = new NomadVariables(config, name, http);
    }

    /** The ticket is there before its job is, and written again if an earlier try got as far: it is the same. */
    JobHandle submit(JobSpec spec) throws JobRejectedException {
        Job job = jobs.of(spec);
        if (config.ticketAsVariable()) {
            variables.put(job.getId(), spec.ticket());
        }
        try {
            cluster.create(job);
        } catch (JobRejectedException e) {
            deleteTicket(job.getId());
            throw e;
        }
        return handle(job.getId());
    }

    Optional<JobHandle> find(String id) {
        return cluster.job(id).map(found -> handle(id));
    }

    Map<JobHandle, JobStatus> statuses(Collection<NomadHandle> handles) {
        Function<String, Optional<NomadReading>> reading =
                reader.of(handles.stream().map(NomadHandle::job).collect(Collectors.toSet()));
        Map<JobHandle, JobStatus> statuses = new HashMap<>();
        for (NomadHandle handle : handles) {
            JobStatus status = reading.apply(handle.job())
                    .map(read -> read.status(config.driver().enforcesMemory()))
                    .orElse(JobStatus.of(JobStatus.State.UNKNOWN));
            if (status.state().isFinal()) {
                deleteTicket(handle.job());
            }
            statuses.put(handle.handle(), status);
        }
        return statuses;
    }

    /** @param gap told when changes may have gone untold */
    synchronized void follow(HttpClient streams, Consumer<JobHandle> listener, Runnable gap) {
        following = new Following(streams, listener, gap);
        use();
    }

    /** Whoever uses it may wait for its events: they are followed again if they were not. */
    synchronized void use() {
        lastUsed = System.nanoTime();
        Following by = following;
        if (by != null && events == null) {
            events = new NomadEvents(
                    config, name, by.streams(), job -> by.listener().accept(handle(job)), by.gap());
        }
    }

    /** Follows its events no longer if it has not been used for a while; else looks whether they still come. */
    synchronized void look() {
        if (events != null && System.nanoTime() - lastUsed > config.idle().toNanos()) {
            events.close();
            events = null;
        } else if (events != null) {
            events.endSilence();
        }
    }

    /** Nobody may read the end of a job that is stopped, so its ticket goes now. */
    void stop(String job) {
        cluster.deregister(job);
        deleteTicket(job);
    }

    private void deleteTicket(String job) {
        if (config.ticketAsVariable()) {
            usedTickets.delete(variables, job);
        }
    }

    /** Without a handle the job may be under way to Nomad: then its id is taken. Where Nomad takes no job, a later one's handle says so. */
    void stopOrPrevent(JobId id) {
        if (cluster.job(id.value()).isPresent() || !cluster.occupy(jobs.neverToRun(id))) {
            stop(id.value());
        }
    }

    private JobHandle handle(String job) {
        return new NomadHandle(name, job).handle();
    }

    @Override
    public synchronized void close() {
        following = null;
        if (events != null) {
            events.close();
            events = null;
        }
    }
}
