package dev.quarry.dev;

import dev.quarry.dev.bench.BenchCommand;
import dev.quarry.dev.demo.DemoCommand;
import dev.quarry.dev.demo.SearchCommand;
import dev.quarry.dev.demo.TokenCommand;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * What {@code ./quarry} hands over to Java once the tools are there and the modules are built. What commands and options mean is told in that
 * script alone, which can be asked before anything is built.
 */
@Command(
        name = "quarry",
        subcommands = {BenchCommand.class, DemoCommand.class, SearchCommand.class, TokenCommand.class})
public final class QuarryCommand {
    private QuarryCommand() {}

    /** Exit code 2 is for what the caller must put right, 1 for a command that ran and did not succeed. */
    public static void main(String[] arguments) {
        System.exit(commands().execute(arguments));
    }

    static CommandLine commands() {
        CommandLine commands = new CommandLine(new QuarryCommand())
                .setParameterExceptionHandler((problem, given) -> {
                    CommandLine command = problem.getCommandLine();
                    String name = command.getCommandSpec().qualifiedName();
                    command.getErr().println("quarry: " + problem.getMessage() + "; ./" + name + " --help says more");
                    return 2;
                })
                .setExecutionExceptionHandler((problem, command, result) -> {
                    command.getErr().println("quarry: " + Reason.of(problem));
                    if (problem instanceof UsageException) {
                        return 2;
                    }
                    // What else is checked comes from disk, network or a part of the stack, and says itself what it
                    // was.
                    if (problem instanceof RuntimeException) {
                        problem.printStackTrace(command.getErr());
                    }
                    return 1;
                });
        // -word excludes a word.
        Objects.requireNonNull(commands.getSubcommands().get("search")).setUnmatchedOptionsArePositionalParams(true);
        return commands;
    }
}
