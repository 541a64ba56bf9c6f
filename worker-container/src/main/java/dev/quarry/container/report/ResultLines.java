package dev.quarry.container.report;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.quarry.container.extractor.Extraction;
import dev.quarry.container.extractor.ExtractionStatus;
import dev.quarry.container.extractor.OutputArtifact;
import dev.quarry.container.item.ItemOutcome;
import dev.quarry.container.job.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** The result lines of api/openapi.yaml (ResultLine), as the bytes that are posted. */
public final class ResultLines {
    private static final int DETAIL = 2000;

    private ResultLines() {}

    public static byte[] started(int n) {
        return line(json -> {
            json.writeStringField("type", "started");
            json.writeNumberField("n", n);
        });
    }

    public static byte[] done(int n, ItemOutcome outcome) {
        return line(json -> {
            json.writeStringField("type", "done");
            json.writeNumberField("n", n);
            json.writeStringField("outcome", outcome.kind().name());
            text(json, "reason", outcome.reason());
            names(json, "partial", outcome.partial());
            text(json, "detail", cut(outcome.detail()));
        });
    }

    public static byte[] extraction(int n, Extraction extraction) {
        return line(json -> {
            json.writeStringField("type", "extraction");
            json.writeNumberField("n", n);
            json.writeStringField("extractor", extraction.extractor());
            json.writeStringField("version", extraction.version());
            json.writeStringField("status", extraction.status().name());
            if (extraction.status() == ExtractionStatus.FAILED) {
                text(json, "reason", extraction.reason());
            }
            text(json, "detail", cut(extraction.detail()));
            content(json, extraction);
            json.writeNumberField("millis", extraction.millis());
            json.writeArrayFieldStart("isolation");
            for (String rung : extraction.isolation()) {
                json.writeString(rung);
            }
            json.writeEndArray();
        });
    }

    private static void content(JsonGenerator json, Extraction extraction) throws IOException {
        text(json, "mediaType", extraction.mediaType());
        if (extraction.output().metadata() != null) {
            json.writeFieldName("metadata");
            json.writeTree(extraction.output().metadata());
        }
        if (extraction.output().text() != null) {
            json.writeStringField("text", extraction.output().text().kept());
            json.writeNumberField("textChars", extraction.output().text().chars());
            json.writeStringField("textSha256", extraction.output().text().sha256());
        }
        names(json, "partial", extraction.output().partial());
        if (!extraction.output().segments().isEmpty()) {
            json.writeFieldName("segments");
            json.writeTree(
                    Json.MAPPER.createArrayNode().addAll(extraction.output().segments()));
        }
        if (!extraction.output().artifacts().isEmpty()) {
            artifacts(json, extraction.output().artifacts());
        }
    }

    private static void artifacts(JsonGenerator json, Collection<OutputArtifact> artifacts) throws IOException {
        json.writeArrayFieldStart("artifacts");
        for (OutputArtifact artifact : artifacts) {
            json.writeStartObject();
            json.writeStringField("name", artifact.name());
            json.writeStringField("sha256", artifact.sha256());
            text(json, "mediaType", artifact.mediaType());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void names(JsonGenerator json, String field, Collection<? extends Enum<?>> values)
            throws IOException {
        if (!values.isEmpty()) {
            json.writeArrayFieldStart(field);
            for (Enum<?> value : values) {
                json.writeString(value.name());
            }
            json.writeEndArray();
        }
    }

    private static void text(JsonGenerator json, String field, @Nullable String value) throws IOException {
        if (value != null && !value.isEmpty()) {
            json.writeStringField(field, value);
        }
    }

    private static @Nullable String cut(@Nullable String detail) {
        return detail == null || detail.length() <= DETAIL ? detail : detail.substring(0, DETAIL);
    }

    private interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    private static byte[] line(Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator json = Json.MAPPER.getFactory().createGenerator(bytes)) {
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        bytes.write('\n');
        return bytes.toByteArray();
    }
}
