package dev.quarry.activity;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Settings of a worker and of its sites that cannot work are refused by name. */
class WorkerOptionsTest {
    @TempDir
    Path directory;

    @Test
    void timesThatCannotWorkAreRefusedByName() {
        for (String wrong : List.of("--relist=PT0S", "--heartbeat=PT0.01S", "--retry=PT0S", "--jobs=0")) {
            WorkerOptions options =
                    CommandLine.populateCommand(new WorkerOptions(), "--control-url=http://127.0.0.1:1", wrong);
            String variable = "QUARRY_" + wrong.substring(2, wrong.indexOf('=')).toUpperCase(Locale.ROOT);
            assertThatThrownBy(options::check).hasMessageContaining(variable + " is ");
        }
        CommandLine.populateCommand(new WorkerOptions(), "--control-url=http://127.0.0.1:1")
                .check();
    }

    @Test
    void aProgramThatIsNotThereIsRefusedByName() {
        SiteOptions options = CommandLine.populateCommand(
                new SiteOptions(), "--process-dir=" + directory, "--process-agent=" + directory.resolve("no-agent"));
        assertThatThrownBy(() -> options.backend(Map.of(), Duration.ofSeconds(60)))
                .hasMessageContaining("QUARRY_PROCESS_AGENT is " + directory.resolve("no-agent"));
        SiteOptions none = CommandLine.populateCommand(new SiteOptions(), "--process-dir=" + directory);
        assertThatThrownBy(() -> none.backend(Map.of(), Duration.ofSeconds(60)))
                .hasMessageContaining("QUARRY_PROCESS_AGENT is not set");
        assertThatThrownBy(() -> none.backend(
                        Map.of("QUARRY_PROCESS_IMAGE_FACES", directory.toString()), Duration.ofSeconds(60)))
                .hasMessageContaining("QUARRY_PROCESS_IMAGE_<NAME> of faces is " + directory);
    }

    @Test
    void addressesThatAreNoneAreRefusedByName() {
        for (String wrong : List.of("jobs.example:8080", "jobs.example", "ftp://jobs.example", "http://", "a b")) {
            SiteOptions options = CommandLine.populateCommand(new SiteOptions(), "--job-url=" + wrong);
            assertThatThrownBy(options::jobUrl).hasMessageContaining("QUARRY_JOB_URL is " + wrong);
        }
        WorkerOptions options = CommandLine.populateCommand(new WorkerOptions(), "--control-url=control.example:8081");
        assertThatThrownBy(options::check).hasMessageContaining("QUARRY_CONTROL_URL is control.example:8081");
    }

    @Test
    void secretsThatCannotBeReadOrAreEmptyAreRefusedByName() throws Exception {
        WorkerOptions missing = CommandLine.populateCommand(
                new WorkerOptions(), "--control-url=http://127.0.0.1:1", "--client-secret-file=" + directory);
        assertThatThrownBy(missing::credentials)
                .hasMessageContaining("QUARRY_CLIENT_SECRET_FILE is " + directory + ", which cannot be read");
        Path empty = Files.writeString(directory.resolve("empty"), "\n");
        WorkerOptions blank = CommandLine.populateCommand(
                new WorkerOptions(), "--control-url=http://127.0.0.1:1", "--client-secret-file=" + empty);
        assertThatThrownBy(blank::credentials).hasMessageContaining("QUARRY_CLIENT_SECRET_FILE");
    }

    @Test
    void aNamespaceOfNomadIsNotIdleBeforeItsJobsAreReadAgain() {
        SiteOptions options = CommandLine.populateCommand(
                new SiteOptions(), "--backend=nomad", "--nomad-image=any", "--nomad-idle=PT1M");
        assertThatThrownBy(() -> options.backend(Map.of(), Duration.ofSeconds(60)))
                .hasMessageContaining("QUARRY_NOMAD_IDLE is PT1M; set it to PT2M or more");
    }
}
