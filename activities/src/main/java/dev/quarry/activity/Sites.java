package dev.quarry.activity;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgSpec;

/** The sites that a folder of files describes, one a file. */
final class Sites {
    private static final String SUFFIX = ".properties";

    /** Settings for each image, and for agents. */
    private static final List<String> PREFIXES = List.of(
            "QUARRY_PROCESS_IMAGE_", "QUARRY_NOMAD_IMAGE_", "QUARRY_ECS_TASK_DEFINITION_", AgentSettings.PREFIX);

    private Sites() {}

    /** A site and the environment that its file makes of the worker's. */
    record Told(SiteOptions options, Map<String, String> environment) {}

    /** @throws IllegalArgumentException if the folder describes no site, or a file has what is no setting of a site */
    static List<Told> in(Path folder, Map<String, String> environment) throws IOException {
        List<Path> files = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
                found.forEach(files::add);
            }
        }
        if (files.isEmpty()) {
            throw new IllegalArgumentException("QUARRY_SITES_DIR is " + folder + ", which holds no file <site>" + SUFFIX
                    + "; unset it for one site");
        }
        List<Told> sites = new ArrayList<>();
        for (Path file : files) {
            sites.add(read(file, environment));
        }
        return sites;
    }

    private static Told read(Path file, Map<String, String> environment) throws IOException {
        Properties settings = new Properties();
        try (Reader in = Files.newBufferedReader(file)) {
            settings.load(in);
        }
        String name = file.getFileName().toString();
        Map<String, String> told = new HashMap<>(environment);
        settings.stringPropertyNames().forEach(variable -> told.put(variable, settings.getProperty(variable)));
        told.put("QUARRY_SITE", name.substring(0, name.length() - SUFFIX.length()));
        Parsed parsed = new Parsed();
        CommandLine line = new CommandLine(parsed);
        Map<ArgSpec, String> variables = variables(line);
        refuseUnknown(file, settings.stringPropertyNames(), new TreeSet<>(variables.values()));
        try {
            line.setDefaultValueProvider(option -> told.get(variables.get(option)))
                    .parseArgs();
        } catch (CommandLine.ParameterException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        }
        return new Told(parsed.options, told);
    }

    /** A variable that nobody reads is a typing error, and its site would run with a default. */
    private static void refuseUnknown(Path file, Set<String> variables, Set<String> known) {
        for (String variable : variables) {
            if (!known.contains(variable) && PREFIXES.stream().noneMatch(variable::startsWith)) {
                throw new IllegalArgumentException(file + ": " + variable + " is no setting of a site; there are "
                        + known + " and those that begin with " + PREFIXES);
            }
        }
    }

    /** Each option's description begins with its variable. Read before there are other defaults: it may show them. */
    private static Map<ArgSpec, String> variables(CommandLine line) {
        Map<ArgSpec, String> variables = new HashMap<>();
        for (ArgSpec option : line.getCommandSpec().options()) {
            String description = option.description()[0];
            variables.put(option, description.substring(0, firstOf(description, ": ", " (")));
        }
        return variables;
    }

    private static int firstOf(String text, String one, String other) {
        int first = text.indexOf(one);
        int second = text.indexOf(other);
        return first < 0 ? second : second < 0 ? first : Math.min(first, second);
    }

    @Command
    private static final class Parsed {
        @Mixin
        private final SiteOptions options = new SiteOptions();
    }
}
