package dev.quarry.proxy.attack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Of a store that is empty but for one file: each of its runs finds the others gone, and waits to be told whether to delete them. */
final class AskingRun {
    private final Party party;
    private final String store;
    private int chains;

    AskingRun(Party party) {
        this.party = party;
        Path root = party.folder();
        this.store = party.store("{\"name\":\"%s\",\"kind\":\"filesystem\",\"root\":\"" + root + "\"}");
        party.admin("PUT", "stores/" + store + "/settings", "{\"deletion\":{\"percent\":0,\"unasked\":0}}");
        JsonNode listed = closed(walked(false));
        if (!listed.get("finished").asBoolean()) {
            throw new AssertionError(listed);
        }
        emptyButForOne(root);
    }

    private static void emptyButForOne(Path root) {
        try (Stream<Path> files = Files.list(root)) {
            List<Path> gone = files.skip(1).toList();
            for (Path file : gone) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The id of a new one, which takes the place of the one before. */
    String next() {
        String run = walked(true);
        JsonNode answer = closed(run);
        if (!answer.get("waits").asBoolean()) {
            throw new AssertionError(answer);
        }
        return run;
    }

    /** @param dispatch false: it lists only, and deletes nothing */
    private String walked(boolean dispatch) {
        String run = Party.control(
                        "runs",
                        "{\"workflowId\":\"index/%s/%s\",\"firstExecutionRunId\":\"%s\",\"chainStartedAt\":\"%s\",\"dispatch\":%s}"
                                .formatted(
                                        party.tenant.name(),
                                        store,
                                        UUID.randomUUID(),
                                        Instant.parse("2026-01-01T00:00:00Z").plusSeconds(chains++),
                                        dispatch))
                .get("run")
                .asString();
        int seq = 0;
        JsonNode totals;
        do {
            totals = Party.control("runs/" + run + "/advance", "{\"seq\":" + ++seq + "}");
        } while (!totals.get("listingComplete").asBoolean());
        return run;
    }

    private static JsonNode closed(String run) {
        return Party.control("runs/" + run + "/close", "{\"cancelled\":false}");
    }
}
