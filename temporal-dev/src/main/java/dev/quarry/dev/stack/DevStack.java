package dev.quarry.dev.stack;

import static dev.quarry.dev.stack.StackPorts.Listener.CONTROL;
import static dev.quarry.dev.stack.StackPorts.Listener.JOB;
import static dev.quarry.dev.stack.StackPorts.Listener.POSTGRES;
import static dev.quarry.dev.stack.StackPorts.Listener.PUBLIC;
import static dev.quarry.dev.stack.StackPorts.Listener.TEMPORAL;
import static dev.quarry.dev.stack.StackPorts.Listener.TEMPORAL_UI;

import dev.quarry.dev.client.PublicApi;
import dev.quarry.postgres.EmbeddedPostgres;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL, Temporal, proxy-api and a worker as separate processes on one machine.
 *
 * <p>Whatever happens to this JVM, its parts end with it, and the next start on the same folder goes on where they were. Parts can be
 * killed and started again one by one.
 */
public final class DevStack implements AutoCloseable {
    /** The one tenant of a stack. */
    public static final String TENANT = "demo";

    private final StackSettings settings;
    private final Installation installation;
    private final StackFolder folder;
    private final StackPorts ports;
    private final Optional<Path> temporalBinary;
    private final JobCluster cluster;
    private @Nullable Database database;
    private @Nullable StackPart temporal;
    private @Nullable StackPart api;
    private @Nullable StackPart worker;

    private DevStack(StackSettings settings, Installation installation) throws IOException {
        this.settings = settings;
        this.installation = installation;
        this.folder = StackFolder.open(settings.folder());
        this.ports = StackPorts.choose(folder.ports());
        this.temporalBinary = settings.memoryTemporal() ? Optional.empty() : installation.temporal();
        this.cluster = JobCluster.of(settings.backend(), folder, ports, installation);
    }

    /**
     * Starts all parts and returns when they are ready; on failure nothing is left running.
     *
     * @param progress told about each stage as it begins
     * @throws StackInUseException if another process uses the folder
     */
    public static DevStack start(StackSettings settings, Consumer<String> progress)
            throws IOException, InterruptedException, SQLException {
        return start(settings, progress, ports -> {});
    }

    /** Prepares what must know the ports before anything listens there, a firewall for instance. */
    public interface Preparation {
        void with(StackPorts ports) throws IOException, InterruptedException;
    }

    /** @param preparation called once, before the first part starts */
    public static DevStack start(StackSettings settings, Consumer<String> progress, Preparation preparation)
            throws IOException, InterruptedException, SQLException {
        DevStack stack = new DevStack(settings, Installation.current());
        try {
            preparation.with(stack.ports());
            stack.startParts(progress);
            return stack;
        } catch (IOException | InterruptedException | SQLException | RuntimeException e) {
            stack.close();
            throw e;
        }
    }

    /** Temporal starts while the database does, the worker while the API does: that halves the wait. */
    private void startParts(Consumer<String> progress) throws IOException, InterruptedException, SQLException {
        cluster.launch();
        progress.accept("starting Temporal (" + temporalKind() + ")");
        StackPart startedTemporal = TemporalPart.create(folder, ports, temporalBinary);
        temporal = startedTemporal;
        startedTemporal.launch();
        progress.accept("starting PostgreSQL");
        Database startedDatabase = Database.start(folder, ports.of(POSTGRES));
        database = startedDatabase;
        progress.accept("starting the API");
        StackPart startedApi = ApiPart.create(folder, ports, settings, startedDatabase, installation);
        api = startedApi;
        startedApi.launch();
        startedTemporal.awaitReady();
        cluster.awaitReady();
        progress.accept("starting the worker");
        StackPart startedWorker = WorkerPart.create(folder, ports, settings, cluster, installation, temporalUi());
        worker = startedWorker;
        startedWorker.launch();
        startedApi.awaitReady();
        startedWorker.awaitReady();
    }

    /** {@code server} (the {@code temporal} binary) or {@code memory} (the SDK's test server: no Web UI, not durable). */
    public String temporalKind() {
        return temporalBinary.isPresent() ? "server" : "memory";
    }

    public Path folder() {
        return folder.path();
    }

    public StackPorts ports() {
        return ports;
    }

    public URI publicUrl() {
        return url(PUBLIC);
    }

    public URI jobUrl() {
        return url(JOB);
    }

    public URI controlUrl() {
        return url(CONTROL);
    }

    private URI url(StackPorts.Listener listener) {
        return URI.create("http://" + settings.bind() + ":" + ports.of(listener));
    }

    public String temporalTarget() {
        return TemporalPart.ADDRESS + ":" + ports.of(TEMPORAL);
    }

    /** Empty with the in-memory server. */
    public Optional<URI> temporalUi() {
        return temporalBinary.map(binary -> URI.create("http://" + TemporalPart.ADDRESS + ":" + ports.of(TEMPORAL_UI)));
    }

    /** Holds the secret of the OAuth client {@code quarry-local}. */
    public Path localSecret() throws IOException {
        return folder.secret("local.secret");
    }

    /** Holds the secret of the OAuth client {@code quarry-worker}. */
    public Path workerSecret() throws IOException {
        return folder.secret("worker.secret");
    }

    /** The API as the local client sees it. */
    public PublicApi client() throws IOException {
        return new PublicApi(publicUrl(), localSecret());
    }

    /** Empty with an outside database. */
    public Optional<EmbeddedPostgres> postgres() {
        return Optional.ofNullable(database).flatMap(Database::embedded);
    }

    public StackPart temporal() {
        return started(temporal);
    }

    public StackPart api() {
        return started(api);
    }

    public StackPart worker() {
        return started(worker);
    }

    /** The processes of jobs that run now, agents first, with all their descendants. */
    public List<ProcessHandle> jobProcesses() throws IOException {
        return cluster.jobs();
    }

    /** What the jobs run on, if that is a process of the stack. */
    public Optional<StackPart> scheduler() {
        return cluster.part();
    }

    /** Where people look at the jobs, if there is such a place. */
    public Optional<String> jobConsole() {
        return cluster.console();
    }

    private static StackPart started(@Nullable StackPart part) {
        if (part == null) {
            throw new IllegalStateException("the stack is not started");
        }
        return part;
    }

    /** The worker first, so that nothing starts jobs any more; then the jobs; then what they talk to. */
    @Override
    public synchronized void close() throws IOException, InterruptedException {
        if (worker != null) {
            worker.stop();
        }
        cluster.stop();
        if (api != null) {
            api.stop();
        }
        if (temporal != null) {
            temporal.stop();
        }
        if (database != null) {
            database.close();
        }
        folder.close();
    }
}
