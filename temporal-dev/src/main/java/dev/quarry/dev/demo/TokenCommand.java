package dev.quarry.dev.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Prints an access token of the local client, for curl: good for ten minutes. */
@Command(
        name = "token",
        description = "Prints an access token for a running demo's public API.",
        mixinStandardHelpOptions = true)
public final class TokenCommand implements Callable<Integer> {
    @Option(
            names = "--state",
            paramLabel = "FOLDER",
            description = "The demo's state folder; else the newest running demo.")
    private @Nullable Path state;

    @Override
    public Integer call() throws IOException, InterruptedException {
        System.out.println(RunningDemo.find(state).client().token());
        return 0;
    }
}
