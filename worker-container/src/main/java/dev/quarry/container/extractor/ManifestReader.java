package dev.quarry.container.extractor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.quarry.container.BadEnvironmentException;
import dev.quarry.container.extractor.ExtractorManifest.Accepts;
import dev.quarry.container.extractor.ExtractorManifest.Limits;
import dev.quarry.container.extractor.ExtractorManifest.Mode;
import dev.quarry.container.extractor.ExtractorManifest.Start;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Reads extractor.yaml strictly: a field nobody knows is an error, since it is most likely a limit with a typing mistake. */
public final class ManifestReader {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final Set<String> FIELDS = Set.of(
            "name",
            "version",
            "lane",
            "mode",
            "process",
            "start",
            "needs",
            "accepts",
            "command",
            "reads",
            "limits",
            "yields",
            "outOfMemoryExits");
    private static final String PROGRAM = "[A-Za-z0-9][A-Za-z0-9.+_-]{0,99}";
    private static final Set<String> YIELDS = Set.of("metadata", "text", "segments", "artifacts");

    private final Path folder;
    private final Path file;

    private ManifestReader(Path folder) {
        this.folder = folder;
        this.file = folder.resolve("extractor.yaml");
    }

    /** @throws BadEnvironmentException naming the file, the field and the value */
    public static ExtractorManifest read(Path folder) {
        return new ManifestReader(folder).manifest();
    }

    private ExtractorManifest manifest() {
        JsonNode root = tree();
        onlyKnown(root, "", FIELDS);
        String name = matching(root, "name", "[a-z0-9][a-z0-9-]{0,39}");
        String folderName = String.valueOf(folder.getFileName());
        if (!name.equals(folderName)) {
            throw bad("name", name, "the name of its folder, '" + folderName + "'");
        }
        return new ExtractorManifest(
                folder,
                name,
                matching(root, "version", "\\S.{0,99}"),
                matching(root, "lane", "[a-z0-9][a-z0-9-]{0,39}"),
                oneOf(root, "mode", Mode.values(), null),
                root.has("process") ? matching(root, "process", "[a-z0-9][a-z0-9-]{0,39}") : name,
                oneOf(root, "start", Start.values(), Start.LAZY),
                needs(root.path("needs")),
                accepts(root.path("accepts")),
                command(root),
                reads(root),
                limits(root.path("limits")),
                yields(root),
                exits(root));
    }

    private JsonNode tree() {
        try {
            JsonNode root = YAML.readTree(Files.readAllBytes(file));
            if (root != null && root.isObject()) {
                return root;
            }
            throw new BadEnvironmentException(file + ": expected a YAML mapping with the fields " + FIELDS);
        } catch (IOException e) {
            throw new BadEnvironmentException(file + ": cannot be read as YAML: " + e.getMessage());
        }
    }

    private Map<String, String> needs(JsonNode needs) {
        Map<String, String> programs = new TreeMap<>();
        for (Iterator<Map.Entry<String, JsonNode>> fields = needs.fields(); fields.hasNext(); ) {
            Map.Entry<String, JsonNode> program = fields.next();
            if (!program.getKey().matches(PROGRAM)
                    || !program.getValue().isTextual()
                    || !program.getValue().textValue().matches(PROGRAM)) {
                throw bad(
                        "needs." + program.getKey(),
                        program.getValue().toString(),
                        "a program's name with that of a Debian package");
            }
            programs.put(program.getKey(), program.getValue().textValue());
        }
        return Map.copyOf(programs);
    }

    private Accepts accepts(JsonNode accepts) {
        onlyKnown(accepts, "accepts.", Set.of("mediaTypes", "minBytes", "maxBytes"));
        List<String> types = strings(accepts, "accepts.", "mediaTypes");
        for (String type : types) {
            if (!type.matches("\\*/\\*|[a-z0-9.+-]+/(\\*|[a-z0-9.+-]+)")) {
                throw bad("accepts.mediaTypes", type, "a media type in lower case, image/* or */*");
            }
        }
        return new Accepts(
                types,
                number(accepts, "accepts.", "minBytes", 1, 0, Long.MAX_VALUE),
                number(accepts, "accepts.", "maxBytes", Long.MAX_VALUE, 1, Long.MAX_VALUE));
    }

    private List<String> command(JsonNode root) {
        List<String> command = strings(root, "", "command");
        if (command.isEmpty()) {
            throw bad("command", "[]", "a program and its arguments");
        }
        return command;
    }

    private List<Path> reads(JsonNode root) {
        if (!root.has("reads")) {
            return List.of();
        }
        List<Path> reads = new ArrayList<>();
        for (String path : strings(root, "", "reads")) {
            if (!path.startsWith("/") || path.equals("/") || !Files.exists(Path.of(path))) {
                throw bad("reads", path, "an absolute path that exists, and not the whole file system");
            }
            reads.add(Path.of(path));
        }
        return List.copyOf(reads);
    }

    private Limits limits(JsonNode limits) {
        onlyKnown(
                limits,
                "limits.",
                Set.of("seconds", "silenceSeconds", "memoryMb", "memoryShare", "outputMb", "files", "processes"));
        double share = limits.path("memoryShare").asDouble(0);
        if (share < 0
                || share > 1
                || (limits.has("memoryShare") && !limits.path("memoryShare").isNumber())) {
            throw bad("limits.memoryShare", limits.path("memoryShare").asText(), "a number from 0 to 1");
        }
        return new Limits(
                Duration.ofSeconds(number(limits, "limits.", "seconds", 3600, 1, 7 * 24 * 3600)),
                Duration.ofSeconds(number(limits, "limits.", "silenceSeconds", 120, 1, 24 * 3600)),
                (int) number(limits, "limits.", "memoryMb", 512, 8, 1 << 20),
                share,
                (int) number(limits, "limits.", "outputMb", 256, 1, 1 << 20),
                (int) number(limits, "limits.", "files", 1000, 1, Integer.MAX_VALUE),
                (int) number(limits, "limits.", "processes", 64, 1, 10_000));
    }

    private List<String> yields(JsonNode root) {
        List<String> yields = strings(root, "", "yields");
        for (String yield : yields) {
            if (!YIELDS.contains(yield)) {
                throw bad("yields", yield, "one of " + YIELDS);
            }
        }
        return yields;
    }

    private List<Integer> exits(JsonNode root) {
        List<Integer> exits = new ArrayList<>();
        for (JsonNode exit : root.path("outOfMemoryExits")) {
            if (!exit.isInt() || exit.intValue() < 1 || exit.intValue() > 255) {
                throw bad("outOfMemoryExits", exit.asText(), "exit codes from 1 to 255");
            }
            exits.add(exit.intValue());
        }
        return List.copyOf(exits);
    }

    private void onlyKnown(JsonNode node, String prefix, Set<String> known) {
        for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!known.contains(name)) {
                throw bad(prefix + name, node.path(name).toString(), "no such field; known are " + known);
            }
        }
    }

    private String matching(JsonNode root, String field, String pattern) {
        JsonNode value = root.path(field);
        if (!value.isTextual() || !value.textValue().matches(pattern)) {
            throw bad(field, value.isMissingNode() ? "(missing)" : value.toString(), "text of the form " + pattern);
        }
        return value.textValue();
    }

    private <E extends Enum<E>> E oneOf(
            JsonNode root, String field, E[] values, @org.jspecify.annotations.Nullable E fallback) {
        JsonNode value = root.path(field);
        if (value.isMissingNode() && fallback != null) {
            return fallback;
        }
        for (E candidate : values) {
            if (candidate.name().toLowerCase(Locale.ROOT).equals(value.asText())) {
                return candidate;
            }
        }
        throw bad(
                field,
                value.isMissingNode() ? "(missing)" : value.toString(),
                "one of " + Arrays.toString(values).toLowerCase(Locale.ROOT));
    }

    private List<String> strings(JsonNode node, String prefix, String field) {
        JsonNode list = node.path(field);
        List<String> strings = new ArrayList<>();
        if (!list.isArray()) {
            throw bad(prefix + field, list.isMissingNode() ? "(missing)" : list.toString(), "a list of texts");
        }
        for (JsonNode value : list) {
            if (!value.isTextual()) {
                throw bad(prefix + field, value.toString(), "a list of texts");
            }
            strings.add(value.textValue());
        }
        return List.copyOf(strings);
    }

    private long number(JsonNode node, String prefix, String field, long fallback, long least, long most) {
        JsonNode value = node.path(field);
        if (value.isMissingNode()) {
            return fallback;
        }
        if (!value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.longValue() < least
                || value.longValue() > most) {
            throw bad(prefix + field, value.toString(), "a whole number from " + least + " to " + most);
        }
        return value.longValue();
    }

    private BadEnvironmentException bad(String field, String value, String expected) {
        return new BadEnvironmentException(file + ": field '" + field + "' is " + value + ", expected " + expected);
    }
}
