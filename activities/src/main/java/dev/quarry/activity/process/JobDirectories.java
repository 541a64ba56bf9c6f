package dev.quarry.activity.process;

import dev.quarry.activity.job.JobBackendException;
import dev.quarry.activity.job.JobHandle;
import dev.quarry.activity.job.JobId;
import dev.quarry.activity.job.JobSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The directory of all jobs. A job's directory is built aside and renamed into place: it is there whole, or not at all, and once. */
final class JobDirectories {
    private static final Logger LOG = LoggerFactory.getLogger(JobDirectories.class);
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final ProcessConfig config;
    private final Path base;
    private final Path shim;

    JobDirectories(ProcessConfig config) throws IOException {
        this.config = config;
        base = Files.createDirectories(config.directory().toAbsolutePath(), PRIVATE);
        shim = installShim();
    }

    Path shim() {
        return shim;
    }

    JobDirectory of(JobId id) {
        return new JobDirectory(base.resolve(id.value()));
    }

    /** The job behind a handle of this directory; empty for any other text. */
    Optional<JobDirectory> of(JobHandle handle) {
        Path path = Path.of(handle.value());
        return base.equals(path.getParent()) ? Optional.of(new JobDirectory(path)) : Optional.empty();
    }

    List<JobDirectory> all() {
        try (Stream<Path> entries = Files.list(base)) {
            return entries.filter(entry -> !entry.getFileName().toString().startsWith("."))
                    .map(JobDirectory::new)
                    .toList();
        } catch (IOException e) {
            throw new JobBackendException("cannot list " + base, e);
        }
    }

    /** Creates the job's directory unless it is there. */
    JobDirectory create(JobSpec spec, Path program) {
        JobDirectory job = of(spec.id());
        if (!job.exists()) {
            place(job, aside -> {
                Path scratch = Files.createDirectory(aside.resolve("scratch"), PRIVATE);
                writePrivately(aside.resolve("ticket"), spec.ticket().secret());
                Files.writeString(
                        aside.resolve("max-runtime"),
                        Long.toString(spec.maxRuntime().toSeconds()));
                Path home = job.path().resolve(aside.relativize(scratch));
                writePrivately(
                        aside.resolve("spec.sh"),
                        script(spec, program, home, job.path().resolve("ticket")));
            });
        }
        return job;
    }

    /** Leaves a mark in the place of a job that is not there, so that it will not be run when it comes. */
    JobDirectory createStopped(JobId id) {
        JobDirectory job = of(id);
        place(job, aside -> Files.write(aside.resolve("stop"), new byte[0]));
        job.markStop();
        return job;
    }

    /** Deletes what ended longer ago than it is to be kept. What cannot be deleted stays for the next time. */
    void purge() {
        Instant before = Instant.now().minus(config.keep());
        for (JobDirectory job : all()) {
            try {
                if (job.status().state().isFinal() && isOlder(job.path(), before)) {
                    delete(job.path());
                }
            } catch (JobBackendException e) {
                LOG.warn("{}; trying again", e.getMessage(), e);
            }
        }
    }

    private interface Filling {
        void fill(Path aside) throws IOException;
    }

    private void place(JobDirectory job, Filling filling) {
        try {
            Path aside = Files.createTempDirectory(base, "." + job.id().value() + "-", PRIVATE);
            try {
                Files.writeString(aside.resolve("order"), Long.toString(order()));
                filling.fill(aside);
                force(aside);
                Files.move(aside, job.path(), StandardCopyOption.ATOMIC_MOVE);
            } catch (DirectoryNotEmptyException | FileAlreadyExistsException there) {
                delete(aside);
            } catch (FileSystemException e) {
                delete(aside);
                if (e instanceof AtomicMoveNotSupportedException || !job.exists()) {
                    throw e;
                }
            }
        } catch (IOException e) {
            throw new JobBackendException("cannot create the directory of job " + job.id(), e);
        }
    }

    /** A power cut must not leave a job in its place whose files are empty. */
    private static void force(Path aside) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(aside, Files::isRegularFile)) {
            for (Path file : entries) {
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.force(true);
                }
            }
        }
    }

    private static long order() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
    }

    private String script(JobSpec spec, Path program, Path scratch, Path ticket) {
        Map<String, String> environment = new LinkedHashMap<>(spec.environment());
        environment.put("QUARRY_TICKET_FILE", ticket.toString());
        environment.put("QUARRY_SCRATCH", scratch.toString());
        environment.put("HOME", scratch.toString());
        environment.put("TMPDIR", scratch.toString());
        StringBuilder script = new StringBuilder();
        environment.forEach((name, value) -> script.append("export ")
                .append(name)
                .append('=')
                .append(quoted(value))
                .append('\n'));
        script.append("max_runtime=")
                .append(Math.max(1, spec.maxRuntime().toSeconds()))
                .append('\n');
        script.append("grace=").append(seconds(config.grace())).append('\n');
        script.append("log_cap=").append(config.logCap()).append('\n');
        script.append("set -- ").append(quoted(program.toString()));
        spec.arguments().forEach(argument -> script.append(' ').append(quoted(argument)));
        return script.append('\n').toString();
    }

    private static String seconds(Duration duration) {
        return duration.toMillis() / 1000 + "." + String.format("%03d", duration.toMillis() % 1000);
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }

    private static void writePrivately(Path file, String text) throws IOException {
        Files.createFile(file, PRIVATE_FILE);
        Files.writeString(file, text);
    }

    /** Named by its content: a shell reads its script while it runs, so one that is in use must never change. */
    private Path installShim() throws IOException {
        try (InputStream resource = JobDirectories.class.getResourceAsStream("shim.sh")) {
            if (resource == null) {
                throw new IllegalStateException("shim.sh is missing from the jar");
            }
            String script = new String(resource.readAllBytes(), StandardCharsets.UTF_8);
            Path target = base.resolve(".shim-" + Integer.toHexString(script.hashCode()) + ".sh");
            if (!Files.exists(target)) {
                Path aside = Files.createTempFile(base, ".shim", ".new", PRIVATE_FILE);
                Files.writeString(aside, script);
                Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE);
            }
            return target;
        }
    }

    private static boolean isOlder(Path path, Instant before) {
        try {
            return Files.getLastModifiedTime(path).toInstant().isBefore(before);
        } catch (IOException gone) {
            return false;
        }
    }

    private static void delete(Path directory) {
        try {
            Removal.of(directory);
        } catch (IOException e) {
            throw new JobBackendException("cannot delete " + directory, e);
        }
    }
}
