package dev.quarry.dev;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.dev.stack.Installation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The script describes what Java takes: each names the same options, with the same numbers where none is given. */
@Timeout(60)
class HelpTest {
    private static final CommandLine COMMANDS = QuarryCommand.commands();
    private static final Pattern OPTION = Pattern.compile("(?<![a-z-])--[a-z-]+");
    private static final Pattern BENCH = Pattern.compile("(?m)^  ([a-z0-9-]+) ");

    @ParameterizedTest
    @ValueSource(strings = {"demo", "search", "token"})
    void aCommandTakesTheOptionsThatItsHelpNames(String name) throws Exception {
        describes(help(name), subcommand(COMMANDS, name));
    }

    @Test
    void aBenchTakesTheOptionsThatItsHelpNames() throws Exception {
        Map<String, String> helps = new TreeMap<>();
        String help = help("bench");
        List<MatchResult> begins = BENCH.matcher(help).results().toList();
        for (int i = 0; i < begins.size(); i++) {
            int end = i + 1 < begins.size() ? begins.get(i + 1).start() : help.length();
            helps.put(begins.get(i).group(1), help.substring(begins.get(i).end(), end));
        }
        CommandLine bench = subcommand(COMMANDS, "bench");
        assertThat(helps.keySet()).isEqualTo(bench.getSubcommands().keySet());
        helps.forEach((name, text) -> describes(text, subcommand(bench, name)));
        assertThat(help("")).contains("measure: " + String.join(", ", helps.keySet()) + "\n");
    }

    private static CommandLine subcommand(CommandLine command, String name) {
        return Objects.requireNonNull(command.getSubcommands().get(name), name);
    }

    private static void describes(String help, CommandLine command) {
        Set<String> named =
                OPTION.matcher(help).results().map(MatchResult::group).collect(Collectors.toCollection(TreeSet::new));
        // The script keeps it to itself.
        named.remove("--no-system");
        assertThat(named)
                .as(command.getCommandName())
                .isEqualTo(command.getCommandSpec().options().stream()
                        .map(OptionSpec::longestName)
                        .collect(Collectors.toCollection(TreeSet::new)));
        for (OptionSpec option : command.getCommandSpec().options()) {
            if (option.initialValue() instanceof Integer number) {
                Matcher told = Pattern.compile(option.longestName() + " N[^-(]*\\((\\d+)")
                        .matcher(help);
                assertThat(told.find())
                        .as(option.longestName() + " N with its number in " + help)
                        .isTrue();
                assertThat(told.group(1)).as(option.longestName()).isEqualTo(number.toString());
            }
        }
    }

    private static String help(String command) throws IOException, InterruptedException {
        String script = Installation.current().root().resolve("quarry").toString();
        Process process = new ProcessBuilder(
                        command.isEmpty()
                                ? List.of("bash", script, "--help")
                                : List.of("bash", script, command, "--help"))
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return said;
    }
}
