package dev.quarry.container.extractor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads an output directory that an untrusted program wrote: regular files with one link only, nothing followed, all of it capped. */
final class OutputReader {
    private static final long METADATA_FILE = 8L << 20;
    private static final long SEGMENTS_FILE = 8L << 20;
    private static final long ARTIFACT_FILE = 32L << 20;
    private static final int METADATA_TOKENS = 200_000;
    private static final int SEGMENTS_TOKENS = 600_000;
    private static final int MOST_SEGMENTS = 100_000;
    private static final int MOST_ARTIFACTS = 1_000;
    private static final Pattern ARTIFACT_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    private final ExtractorManifest.Limits limits;
    private final Set<PartialReason> partial = EnumSet.noneOf(PartialReason.class);

    OutputReader(ExtractorManifest.Limits limits) {
        this.limits = limits;
    }

    ExtractorOutput read(Path folder, ExtractorAnswer answer) throws BadOutputException {
        try {
            if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                throw new BadOutputException("its output directory is not a directory any more");
            }
            partial.addAll(answer.partial());
            return new ExtractorOutput(
                    metadata(folder.resolve("metadata.json"), answer),
                    text(folder.resolve("text.txt"), answer),
                    segments(folder.resolve("segments.ndjson")),
                    artifacts(folder.resolve("artifacts")),
                    partial);
        } catch (IOException e) {
            throw new BadOutputException("its output cannot be read: " + e);
        }
    }

    private @Nullable ObjectNode metadata(Path file, ExtractorAnswer answer) throws IOException, BadOutputException {
        ObjectNode metadata = answer.metadata();
        if (RegularFile.exists(file)) {
            metadata = parsed(RegularFile.bytes(file, METADATA_FILE));
        }
        return metadata == null ? null : MetadataCaps.cut(metadata, () -> partial.add(PartialReason.METADATA_CUT));
    }

    private static ObjectNode parsed(byte[] bytes) throws IOException, BadOutputException {
        try {
            JsonNode node = new BoundedJson("metadata.json", METADATA_TOKENS).tree(bytes);
            if (node instanceof ObjectNode) {
                return (ObjectNode) node;
            }
            throw new BadOutputException("metadata.json is not a JSON object");
        } catch (JsonProcessingException e) {
            throw new BadOutputException("metadata.json is not JSON: " + e.getOriginalMessage());
        }
    }

    private @Nullable OutputText text(Path file, ExtractorAnswer answer) throws IOException, BadOutputException {
        if (!RegularFile.exists(file)) {
            return null;
        }
        OutputText text = TextReader.read(RegularFile.open(file, (long) limits.outputMb() << 20));
        if (answer.textSha256() != null && answer.textChars() > text.chars()) {
            text = new OutputText(text.kept(), answer.textChars(), answer.textSha256());
        }
        if (text.kept().length() < text.chars()) {
            partial.add(PartialReason.TEXT_CUT);
        }
        return text;
    }

    private List<JsonNode> segments(Path file) throws IOException, BadOutputException {
        List<JsonNode> segments = new ArrayList<>();
        if (!RegularFile.exists(file)) {
            return segments;
        }
        BoundedJson json = new BoundedJson("segments.ndjson", SEGMENTS_TOKENS);
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(RegularFile.open(file, SEGMENTS_FILE), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (segments.size() == MOST_SEGMENTS) {
                    throw new BadOutputException("segments.ndjson has more than " + MOST_SEGMENTS + " lines");
                }
                segments.add(segment(json, line, segments.size() + 1));
            }
        }
        return segments;
    }

    private static JsonNode segment(BoundedJson json, String line, int number) throws IOException, BadOutputException {
        try {
            JsonNode segment = json.tree(line);
            if (segment.isObject()) {
                return segment;
            }
        } catch (JsonProcessingException notJson) {
            // falls through: the message below says all there is to say
        }
        throw new BadOutputException("line " + number + " of segments.ndjson is not a JSON object");
    }

    private List<OutputArtifact> artifacts(Path folder) throws IOException, BadOutputException {
        List<OutputArtifact> artifacts = new ArrayList<>();
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return artifacts;
        }
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            throw new BadOutputException("artifacts is not a directory");
        }
        long left = (long) limits.outputMb() << 20;
        for (Path file : first(folder)) {
            long size = RegularFile.size(file);
            if (artifacts.size() == MOST_ARTIFACTS || size > ARTIFACT_FILE || size > left) {
                partial.add(PartialReason.ARTIFACTS_CUT);
                continue;
            }
            OutputArtifact artifact = artifact(file);
            left -= artifact.bytes();
            artifacts.add(artifact);
        }
        return artifacts;
    }

    private static List<Path> first(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.limit(MOST_ARTIFACTS + 1L).sorted().toList();
        }
    }

    private static OutputArtifact artifact(Path file) throws IOException, BadOutputException {
        String name = file.getFileName().toString();
        if (!ARTIFACT_NAME.matcher(name).matches()) {
            throw new BadOutputException("an artifact's name is not of the form " + ARTIFACT_NAME);
        }
        RegularFile.Read read = RegularFile.sha256(file, ARTIFACT_FILE);
        return new OutputArtifact(
                name, file, read.bytes(), read.sha256(), URLConnection.guessContentTypeFromName(name));
    }
}
