package dev.quarry.dev.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.quarry.dev.UsageException;
import dev.quarry.dev.client.ApiException;
import dev.quarry.dev.client.PublicApi;
import dev.quarry.dev.corpus.ExpectedOutcomes;
import dev.quarry.dev.corpus.TikaCorpus;
import dev.quarry.dev.stack.Backend;
import dev.quarry.dev.stack.DevStack;
import dev.quarry.dev.stack.Installation;
import dev.quarry.dev.stack.OutsideDatabase;
import dev.quarry.dev.stack.StackInUseException;
import dev.quarry.dev.stack.StackSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Indexes one directory, bucket or container on a stack of its own and shows what came of each file. */
@Command(name = "demo")
public final class DemoCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String STORE = "docs";
    private static final int CONFLICT = 409;
    private static final int UNPROCESSABLE = 422;
    private static final int INTERRUPTED = 130;

    @Parameters(arity = "0..1", paramLabel = "DIR")
    private @Nullable String given;

    @Option(names = "--once")
    private boolean once;

    @Option(names = "--hidden")
    private boolean hidden;

    @Option(names = "--state", paramLabel = "FOLDER")
    private @Nullable Path state;

    @Option(names = "--fresh")
    private boolean fresh;

    @Option(names = "--delete")
    private boolean delete;

    @Option(names = "--ocr")
    private boolean ocr;

    @Option(names = "--backend", paramLabel = "NAME")
    private Backend backend = Backend.process;

    private final ProgressDisplay display = new ProgressDisplay(System.out, Terminal.isOutput());

    /** Set when Ctrl-C takes the stack away: what then fails in the main thread is no news. */
    private volatile boolean stopping;

    @Override
    public Integer call() throws IOException, InterruptedException, SQLException {
        DemoSource source = source();
        DemoLanes lanes = lanes();
        Path folder = state(source).claim(source, fresh);
        try (DevStack stack = start(folder, source, lanes)) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> close(stack), "close-stack"));
            new RunningDemo(
                            folder,
                            stack.publicUrl(),
                            stack.localSecret(),
                            ProcessHandle.current().pid())
                    .announce();
            Balance balance = index(stack, source);
            if (!once) {
                new StayUp(stack, folder, STORE, state != null).untilInterrupted();
            }
            return balance.isWhole() ? 0 : 1;
        } catch (IOException e) {
            if (stopping) {
                return INTERRUPTED;
            }
            throw e;
        }
    }

    private DemoSource source() throws IOException, InterruptedException {
        return given == null
                ? new FolderSource(
                        TikaCorpus.unpacked(new CorpusJars(Installation.current()).folder(), TikaCorpus.cached())
                                .toRealPath())
                : DemoSource.of(given, System.getenv());
    }

    /** With a database of the user's own the state goes with that: it holds the key of what lies there. */
    private DemoState state(DemoSource source) {
        Optional<OutsideDatabase> database = OutsideDatabase.in(System.getenv());
        return new DemoState(
                state == null
                        ? StateFolders.of(database.map(OutsideDatabase::place).orElse(source.name()))
                        : state,
                database.isPresent(),
                hidden);
    }

    /** @throws UsageException if text in pictures is asked for where it cannot be read */
    private DemoLanes lanes() {
        // What this machine has says nothing about the image that a cluster runs.
        DemoLanes lanes = backend == Backend.process ? DemoLanes.ofThisMachine(ocr) : new DemoLanes(List.of(), ocr);
        if (ocr && !lanes.readsPictures()) {
            throw new UsageException(
                    "--ocr needs tesseract on this machine (sudo apt-get install tesseract-ocr) and --backend process");
        }
        display.stage(lanes.words());
        return lanes;
    }

    private DevStack start(Path folder, DemoSource source, DemoLanes lanes)
            throws IOException, InterruptedException, SQLException {
        try {
            return DevStack.start(
                    source.with(StackSettings.in(folder)).withBackend(backend).withApi(lanes.settings()),
                    display::stage);
        } catch (StackInUseException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    private void close(DevStack stack) {
        stopping = true;
        try {
            RunningDemo.withdraw(stack.folder());
            stack.close();
        } catch (IOException | InterruptedException e) {
            System.err.println("quarry: not everything could be stopped: " + e.getMessage());
        }
    }

    private Balance index(DevStack stack, DemoSource source) throws IOException, InterruptedException {
        PublicApi api = stack.client();
        createStore(api, source);
        double setupSeconds = secondsSinceScriptStarted();
        display.stage("indexing " + KeyText.of(source.name()));
        RunFollower.Followed followed = new RunFollower(
                        api,
                        STORE,
                        display,
                        delete,
                        () -> !stopping && stack.api().isAlive())
                .run();
        ExpectedOutcomes expected = given == null ? ExpectedOutcomes.ofTikaCorpus() : ExpectedOutcomes.none();
        new FailedFiles(api, STORE, System.out).print(expected);
        RunNotes notes = RunNotes.of(followed.totals(), api);
        notes.print(System.out, followed.totals().run());
        Balance balance = new Balance(
                followed.totals(),
                notes,
                followed.seconds(),
                followed.firstResult(),
                setupSeconds,
                backend.name(),
                stack.temporalKind());
        if (!balance.holds()) {
            System.err.println("quarry: the run does not add up or did not complete. "
                    + followed.totals().imbalance());
        }
        if (followed.totals().hasGaps()) {
            System.err.println(
                    "quarry: not all of the store could be listed (see above); what the index holds of the rest stays as it was");
        }
        System.out.println(balance.line());
        return balance;
    }

    private void createStore(PublicApi api, DemoSource source) throws IOException, InterruptedException {
        Map<String, Object> fields = new HashMap<>(source.store());
        fields.put("name", STORE);
        fields.put("includeHidden", hidden);
        try {
            if (isCreated(api, fields)) {
                return;
            }
            if (!source.key().isEmpty()) {
                api.replaceKey(STORE, source.key());
                if (isCreated(api, fields)) {
                    return;
                }
            }
        } catch (ApiException refused) {
            if (refused.status() == UNPROCESSABLE) {
                throw new UsageException(KeyText.of(refused.detail()));
            }
            throw refused;
        }
        throw new UsageException(KeyText.of(source.name()) + " was indexed with other settings before ("
                + OtherSettings.words(api.store(STORE), JSON.valueToTree(fields))
                + "): start with those again, or with --fresh, which forgets what was indexed");
    }

    /** False if it is there with other settings, or another key. */
    private static boolean isCreated(PublicApi api, Map<String, Object> fields)
            throws IOException, InterruptedException {
        try {
            api.createStore(fields);
            return true;
        } catch (ApiException refused) {
            if (refused.status() == CONFLICT) {
                return false;
            }
            throw refused;
        }
    }

    /** {@code ./quarry} says when it began; everything before the run is set-up. */
    private static double secondsSinceScriptStarted() {
        String started = System.getProperty("quarry.started", "");
        return started.isEmpty() ? 0 : System.currentTimeMillis() / 1000.0 - Double.parseDouble(started);
    }
}
