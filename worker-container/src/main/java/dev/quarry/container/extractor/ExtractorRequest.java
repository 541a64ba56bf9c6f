package dev.quarry.container.extractor;

import dev.quarry.container.job.Json;
import java.nio.file.Path;

/** What an extractor is told about one file. {@code name} is a label that hints at the type; the file's path is ours. */
public record ExtractorRequest(Path input, Path output, String name, long size) {
    String line(long id, String extractor) {
        return Json.MAPPER
                .createObjectNode()
                .put("id", id)
                .put("extractor", extractor)
                .put("input", input.toString())
                .put("output", output.toString())
                .put("name", name)
                .put("size", size)
                .toString();
    }
}
