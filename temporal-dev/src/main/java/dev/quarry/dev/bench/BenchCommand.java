package dev.quarry.dev.bench;

import picocli.CommandLine.Command;

/** Rows of {@code name value unit} on standard output; what goes on meanwhile on standard error. */
@Command(
        name = "bench",
        subcommands = {
            AuthorizeBench.class,
            ExtractionBench.class,
            JobsBench.class,
            ListingFsBench.class,
            ListingS3Bench.class,
            StreamBench.class,
            SpineBench.class,
            UnchangedBench.class
        })
public final class BenchCommand {}
