package dev.quarry.dev;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class QuarryCommandTest {
    @TempDir
    Path folder = Path.of("set by JUnit");

    private final StringWriter said = new StringWriter();

    private int execute(CommandLine commands, String... words) {
        return commands.setErr(new PrintWriter(said, true)).execute(words);
    }

    @Command(name = "fail")
    private record Failing(Exception with) implements Callable<Integer> {
        @Override
        public Integer call() throws Exception {
            throw with;
        }
    }

    private int failing(Exception with) {
        return execute(QuarryCommand.commands().addSubcommand(new Failing(with)), "fail");
    }

    @Test
    void whatDiskNetworkOrAPartOfTheStackSaysComesWithoutAStackTrace() {
        assertThat(failing(new IOException("api ended with code 1 while starting")))
                .isEqualTo(1);
        assertThat(said).hasToString("quarry: api ended with code 1 while starting\n");
    }

    @Test
    void aMessageThatIsABarePathSaysWhatIsWrongWithIt() {
        failing(new AccessDeniedException("/root/state"));
        assertThat(said).hasToString("quarry: /root/state: access denied\n");
    }

    @Test
    void anUnexpectedEndHasItsStackTrace() {
        assertThat(failing(new IllegalStateException("no port for ECS"))).isEqualTo(1);
        assertThat(said.toString()).contains("no port for ECS", "\tat dev.quarry.dev.QuarryCommandTest");
    }

    @Test
    void aWordWithADashIsSearchedForAndNoOption() {
        CommandLine.ParseResult search = QuarryCommand.commands()
                .parseArgs("search", "invoice", "-draft", "--limit", "5", "--state=S", "-limit")
                .subcommand();
        assertThat(search.matchedPositional(0).<Object>getValue()).asString().isEqualTo("[invoice, -draft, -limit]");
        assertThat(search.matchedOptionValue("--limit", 0)).isEqualTo(5);
        assertThat(search.matchedOptionValue("--state", folder)).isEqualTo(Path.of("S"));
    }

    @Test
    void aMisspelledOptionOfASearchIsRefused() {
        assertThat(execute(QuarryCommand.commands(), "search", "--state", folder.toString(), "invoice", "--limt", "5"))
                .isEqualTo(2);
        assertThat(said.toString()).contains("Unknown option: '--limt'");
    }

    @Test
    void aSearchThatBeginsWithAWordToLeaveOutAsksTheDemo() {
        assertThat(execute(QuarryCommand.commands(), "search", "-draft", "invoice", "--state", folder.toString()))
                .isEqualTo(2);
        assertThat(said.toString()).contains("no demo is running on " + folder);
    }
}
