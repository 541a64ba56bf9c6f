package dev.quarry.dev.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Prints an access token of the local client, for curl: good for ten minutes. */
@Command(name = "token")
public final class TokenCommand implements Callable<Integer> {
    @Option(names = "--state", paramLabel = "FOLDER")
    private @Nullable Path state;

    @Override
    public Integer call() throws IOException, InterruptedException {
        System.out.println(RunningDemo.find(state).client().token());
        return 0;
    }
}
