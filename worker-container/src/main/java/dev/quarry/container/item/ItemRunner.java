package dev.quarry.container.item;

import dev.quarry.container.StopSignal;
import dev.quarry.container.extractor.ExtractorManifest;
import dev.quarry.container.extractor.ExtractorRequest;
import dev.quarry.container.extractor.ExtractorRun;
import dev.quarry.container.extractor.ExtractorSet;
import dev.quarry.container.extractor.ExtractorTrouble;
import dev.quarry.container.job.Item;
import dev.quarry.container.report.Reporter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Takes fetched items one after the other through the extractors that accept them. */
final class ItemRunner {
    private final Fetcher fetcher;
    private final ExtractorSet extractors;
    private final List<ExtractorManifest> manifests;
    private final Scratch scratch;
    private final Delivery delivery;
    private final Ledger ledger;
    private final Reporter reporter;

    ItemRunner(
            Fetcher fetcher,
            ExtractorSet extractors,
            List<ExtractorManifest> manifests,
            Scratch scratch,
            Delivery delivery,
            Ledger ledger,
            Reporter reporter) {
        this.fetcher = fetcher;
        this.extractors = extractors;
        this.manifests = manifests;
        this.scratch = scratch;
        this.delivery = delivery;
        this.ledger = ledger;
        this.reporter = reporter;
    }

    void runAll(StopSignal stop) {
        try {
            Optional<Fetched> next = fetcher.take();
            while (next.isPresent() && !stop.isRaised()) {
                run(next.get(), stop);
                next = fetcher.take();
            }
            reporter.hurryAlways();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            stop.crashed(e);
        }
    }

    private void run(Fetched fetched, StopSignal stop) throws IOException, InterruptedException {
        Item item = fetched.item();
        try {
            if (!fetched.started().join().stored()) {
                ledger.unreported();
            } else if (fetched.diskFull()) {
                leaveForLater(item, List.of());
            } else if (fetched.outcome() != null) {
                scratch.forget(item, List.of());
                delivery.conclude(item, fetched.outcome(), ledger);
            } else {
                extract(fetched, stop);
            }
        } finally {
            fetcher.release(fetched);
        }
    }

    private void extract(Fetched fetched, StopSignal stop) throws IOException, InterruptedException {
        Item item = fetched.item();
        List<ExtractorRun> runs = new ArrayList<>();
        String mediaType = MediaTypeHint.of(fetched.input(), item.name());
        for (ExtractorManifest manifest : manifests) {
            if (!manifest.accepts().file(mediaType, item.size())) {
                continue;
            }
            ExtractorRun run = extractors.run(
                    manifest,
                    new ExtractorRequest(
                            fetched.input(), scratch.output(item, manifest.name()), item.name(), item.size()));
            if (stop.isRaised()) {
                return; // left started and not done
            }
            if (run.is(ExtractorTrouble.Kind.STOPPED) || run.foundDiskFull()) {
                leaveForLater(item, runs);
                return;
            }
            runs.add(run);
            mediaType = MediaTypeHint.refined(mediaType, run.mediaType());
        }
        delivery.add(new Delivery.Parcel(item, runs, ledger));
    }

    private void leaveForLater(Item item, List<ExtractorRun> runs) {
        List<String> names =
                new ArrayList<>(manifests.stream().map(ExtractorManifest::name).toList());
        runs.forEach(run -> names.add(run.manifest().name()));
        scratch.forget(item, names);
        ledger.diskFull(item);
    }
}
