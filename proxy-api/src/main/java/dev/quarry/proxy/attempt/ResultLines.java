package dev.quarry.proxy.attempt;

import dev.quarry.proxy.attempt.ResultLine.Malformed;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads result lines; what a container sends is not trusted. */
@Component
class ResultLines {
    static final int MAX_TEXT = 1_000_000;
    /** A name, a value, a bracket: each becomes an object of some 70 bytes, however short it is written. */
    private static final int MAX_TOKENS = 1_000_000;

    private static final int TOKEN_MEMORY = 70;
    /** Of the shortest values; and of the text while it is decoded. */
    private static final int BYTE_MEMORY = 28;

    private static final int MAX_SENT_TEXT = 4_000_000;
    private static final int MAX_DETAIL = 2_000;
    private static final int MAX_SEGMENTS = 100_000;
    private static final int MAX_ARTIFACTS = 1_000;
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,39}");
    private static final Pattern ARTIFACT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final Set<String> PARTIALS =
            Set.of("TEXT_CUT", "METADATA_CUT", "MEMBERS_CUT", "EXTRACTOR_FAILED", "ARTIFACTS_CUT");
    private static final Set<String> AGENTS_REASONS = Stream.of(FailReason.values())
            .filter(FailReason::agentMaySay)
            .map(Enum::name)
            .collect(Collectors.toSet());

    private final JsonMapper json = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(64)
                            .maxTokenCount(MAX_TOKENS)
                            .maxStringLength(MAX_SENT_TEXT + 1)
                            .maxNumberLength(100)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    /** Bytes of memory that a line may take while it is read, at most. */
    static long memory(long length) {
        return Math.min(length * BYTE_MEMORY, (long) MAX_TOKENS * TOKEN_MEMORY + 2 * length);
    }

    /** @throws Malformed that says which field is wrong, and what was expected */
    ResultLine parse(ByteBuffer line) throws Malformed {
        try {
            return parse(new LineFields(tree(line)), line);
        } catch (JacksonException unexpected) {
            throw malformed(unexpected);
        }
    }

    private ResultLine parse(LineFields fields, ByteBuffer line) throws Malformed {
        return switch (fields.oneOf("type", Set.of("started", "done", "extraction"))) {
            case "started" -> new ResultLine.Started(fields.number("n"));
            case "done" -> done(fields, line);
            default -> extraction(fields, line);
        };
    }

    private JsonNode tree(ByteBuffer line) throws Malformed {
        try {
            // Decoded here and not by the parser: a broken UTF-8 sequence becomes U+FFFD and does not cost the whole
            // result.
            JsonNode tree =
                    json.readTree(new String(line.array(), line.arrayOffset(), line.limit(), StandardCharsets.UTF_8));
            if (tree == null || !tree.isObject()) {
                throw new Malformed("the line is no JSON object");
            }
            return tree;
        } catch (JacksonException broken) {
            throw malformed(broken);
        }
    }

    private static Malformed malformed(JacksonException broken) {
        String message = broken.getOriginalMessage();
        return new Malformed(
                "the line is no JSON that we take: " + message.substring(0, Math.min(message.length(), 200)));
    }

    private static ResultLine.Done done(LineFields fields, ByteBuffer line) throws Malformed {
        String outcome = fields.oneOf("outcome", ResultLine.Done.OUTCOMES);
        @Nullable
        String reason = switch (outcome) {
            case "NO_CONTENT" -> fields.oneOf("reason", ResultLine.Done.NO_CONTENT_REASONS);
            case "FAILED" -> fields.oneOf("reason", AGENTS_REASONS);
            default -> null;
        };
        return new ResultLine.Done(
                fields.number("n"),
                outcome,
                reason,
                partial(fields),
                fields.optionalText("detail", MAX_DETAIL),
                sha256(line));
    }

    private ResultLine.Extraction extraction(LineFields fields, ByteBuffer line) throws Malformed {
        String status = fields.oneOf("status", ResultLine.Extraction.STATUSES);
        String sent = fields.optionalText("text", MAX_SENT_TEXT);
        MetadataJson metadata = new MetadataJson(json);
        List<String> partial = partial(fields);
        if (sent != null && sent.length() > MAX_TEXT && !partial.contains("TEXT_CUT")) {
            partial.add("TEXT_CUT");
        }
        String member = fields.optionalText("member", 1024);
        return new ResultLine.Extraction(
                fields.number("n"),
                member == null ? "" : member,
                fields.text("extractor", NAME),
                fields.text("version", 100),
                status,
                "FAILED".equals(status) ? fields.oneOf("reason", AGENTS_REASONS) : null,
                fields.optionalText("detail", MAX_DETAIL),
                fields.optionalText("mediaType", 200),
                metadata.clean(fields.node().get("metadata")),
                metadata.words(),
                LineText.cleanOrNull(sent, MAX_TEXT),
                fields.optionalLong("textChars"),
                fields.node().hasNonNull("textSha256") ? fields.text("textSha256", SHA256) : null,
                partial,
                fields.optionalLong("millis"),
                fields.texts("isolation", 20, 100),
                segments(fields),
                artifacts(fields),
                sha256(line));
    }

    private static List<String> partial(LineFields fields) throws Malformed {
        List<String> partial = new ArrayList<>(fields.texts("partial", 10, 40));
        if (!PARTIALS.containsAll(partial)) {
            throw ResultLine.wrong("partial", fields.node().get("partial"), "some of " + PARTIALS);
        }
        return partial;
    }

    private static List<ResultLine.Segment> segments(LineFields fields) throws Malformed {
        List<ResultLine.Segment> segments = new ArrayList<>();
        for (JsonNode node : fields.array("segments", MAX_SEGMENTS)) {
            LineFields segment = new LineFields(node);
            Long page = segment.optionalLong("page");
            segments.add(new ResultLine.Segment(
                    segment.optionalLong("startMillis"),
                    segment.optionalLong("endMillis"),
                    page == null
                            ? null
                            : Math.toIntExact(Math.min(Math.max(page, Integer.MIN_VALUE), Integer.MAX_VALUE)),
                    segment.optionalFloats("box", 4),
                    segment.optionalText("text", 100_000),
                    segment.optionalFloat("score"),
                    segment.optionalFloats("embedding", 4096)));
        }
        return segments;
    }

    private static List<ResultLine.ArtifactRef> artifacts(LineFields fields) throws Malformed {
        List<ResultLine.ArtifactRef> refs = new ArrayList<>();
        for (JsonNode node : fields.array("artifacts", MAX_ARTIFACTS)) {
            LineFields ref = new LineFields(node);
            refs.add(new ResultLine.ArtifactRef(
                    ref.text("name", ARTIFACT), ref.text("sha256", SHA256), ref.optionalText("mediaType", 100)));
        }
        return refs;
    }

    static byte[] sha256(byte[] bytes) {
        return sha256(ByteBuffer.wrap(bytes));
    }

    static byte[] sha256(ByteBuffer bytes) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes.duplicate());
            return digest.digest();
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JVM has SHA-256", impossible);
        }
    }
}
