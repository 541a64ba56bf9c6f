package dev.quarry.container;

import dev.quarry.container.extractor.Rung;
import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the job's environment says. Everything about the work itself comes from the claim's answer.
 *
 * <p>Required: QUARRY_API, QUARRY_SCRATCH and one of QUARRY_TICKET_FILE, QUARRY_TICKET. All else has a default; durations are ISO-8601.
 *
 * @param memoryMb memory of the whole job, 0 if the backend sets no limit
 * @param diskMb scratch space of the whole job, 0 if the backend sets no limit
 * @param patience how long the API may be away before the agent gives up
 * @param lookahead items downloaded and marked as started ahead of the extractors
 * @param concurrency items extracted at once, each with extractor processes of its own
 * @param termination time to report what is done after SIGTERM
 * @param proofOfPossession tokens are bound to a key of this agent (RFC 9449)
 * @param training JVMs record class-data archives (bin/quarry-train)
 * @param isolationMinimum rungs of the extractors' sandbox without which the job does not run
 * @param extractorUid user for extractors where the agent is root; -1: one of this agent's own; 0: the agent's
 * @param extractorFolders folders that hold one folder for each extractor; later ones win
 */
public record AgentEnvironment(
        URI api,
        Ticket ticket,
        Path scratch,
        Path image,
        List<Path> extractorFolders,
        String jobId,
        int memoryMb,
        int diskMb,
        Duration patience,
        Duration readTimeout,
        Duration termination,
        int lookahead,
        int concurrency,
        boolean proofOfPossession,
        boolean training,
        Set<Rung> isolationMinimum,
        int extractorUid) {

    /** @throws BadEnvironmentException naming the variable, its value and what it should be */
    static AgentEnvironment of(Map<String, String> variables, Path defaultImage) {
        Path image = Path.of(variables.getOrDefault("QUARRY_IMAGE", defaultImage.toString()))
                .toAbsolutePath()
                .normalize();
        return new AgentEnvironment(
                api(variables),
                Ticket.of(variables.get("QUARRY_TICKET_FILE"), variables.get("QUARRY_TICKET")),
                scratch(variables),
                image,
                extractorFolders(image, variables.get("QUARRY_EXTRACTORS")),
                variables.getOrDefault("QUARRY_JOB_ID", "unnamed"),
                number(variables, "QUARRY_MEMORY_MB", 0, 0),
                number(variables, "QUARRY_DISK_MB", 0, 0),
                duration(variables, "QUARRY_PATIENCE", Duration.ofMinutes(5)),
                duration(variables, "QUARRY_READ_TIMEOUT", Duration.ofSeconds(60)),
                duration(variables, "QUARRY_TERMINATION", Duration.ofSeconds(4)),
                number(variables, "QUARRY_LOOKAHEAD", 16, 1),
                number(variables, "QUARRY_CONCURRENCY", 1, 1),
                "true".equals(variables.get("QUARRY_DPOP")),
                "yes".equals(variables.get("QUARRY_TRAIN")),
                Rung.minimum(variables.getOrDefault("QUARRY_ISOLATION_MINIMUM", "")),
                number(variables, "QUARRY_EXTRACTOR_UID", -1, 0));
    }

    private static URI api(Map<String, String> variables) {
        String value = required(variables, "QUARRY_API");
        try {
            URI api = URI.create(value.endsWith("/") ? value.substring(0, value.length() - 1) : value);
            if (api.getHost() != null && ("http".equals(api.getScheme()) || "https".equals(api.getScheme()))) {
                return api;
            }
        } catch (IllegalArgumentException notAUri) {
            // falls through: the message below says all there is to say
        }
        throw new BadEnvironmentException(
                "QUARRY_API is '" + value + "', expected http(s)://host[:port] of the job API");
    }

    private static Path scratch(Map<String, String> variables) {
        Path scratch = Path.of(required(variables, "QUARRY_SCRATCH"));
        if (!scratch.isAbsolute() || !Files.isDirectory(scratch) || !Files.isWritable(scratch)) {
            throw new BadEnvironmentException("QUARRY_SCRATCH is '" + scratch
                    + "', expected an absolute path of a directory the agent may write");
        }
        return scratch;
    }

    private static List<Path> extractorFolders(Path image, @Nullable String more) {
        List<Path> folders = new ArrayList<>();
        folders.add(image.resolve("extractors"));
        if (more != null && !more.isBlank()) {
            for (String folder : more.split(File.pathSeparator, -1)) {
                folders.add(Path.of(folder).toAbsolutePath().normalize());
            }
        }
        for (Path folder : folders) {
            if (!Files.isDirectory(folder)) {
                throw new BadEnvironmentException("'" + folder + "' is no directory, expected a folder of extractors "
                        + "(QUARRY_IMAGE/extractors, QUARRY_EXTRACTORS)");
            }
        }
        return List.copyOf(folders);
    }

    private static String required(Map<String, String> variables, String name) {
        String value = variables.get(name);
        if (value == null || value.isBlank()) {
            throw new BadEnvironmentException(name + " is not set");
        }
        return value;
    }

    private static int number(Map<String, String> variables, String name, int fallback, int least) {
        String value = variables.get(name);
        if (value == null || value.isBlank()) {
            return fallback;
        }
        try {
            int number = Integer.parseInt(value);
            if (number >= least) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // falls through: the message below says all there is to say
        }
        throw new BadEnvironmentException(name + " is '" + value + "', expected a whole number of at least " + least);
    }

    private static Duration duration(Map<String, String> variables, String name, Duration fallback) {
        String value = variables.get(name);
        if (value == null || value.isBlank()) {
            return fallback;
        }
        try {
            Duration duration = Duration.parse(value);
            if (!duration.isNegative() && !duration.isZero()) {
                return duration;
            }
        } catch (DateTimeParseException notADuration) {
            // falls through: the message below says all there is to say
        }
        throw new BadEnvironmentException(name + " is '" + value + "', expected a duration such as PT30S");
    }
}
