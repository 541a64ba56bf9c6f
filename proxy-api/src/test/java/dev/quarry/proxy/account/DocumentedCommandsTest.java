package dev.quarry.proxy.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.listener.Listener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** What an operator is told to type does what it says. */
class DocumentedCommandsTest {
    private final RunningApi api = RunningApi.shared();

    @TempDir
    private Path folder;

    @Test
    @EnabledIf(value = "hasCommands", disabledReason = "there is no curl or no openssl on the PATH")
    void anOperatorMakesATenantAndItsAdministratorWhoMakesAccounts() throws Exception {
        Files.copy(api.home().resolve("secret"), folder.resolve("operator.secret"));
        Files.writeString(folder.resolve("ann.password"), "a long & strange password\n");
        String tenant = People.tenant();
        api.superuser()
                .sql(
                        "insert into quarry.store (tenant, id, name, kind, root) select id, gen_random_uuid(), 'photos', 'filesystem', '/photos' from quarry.tenant where name = ?")
                .param(tenant)
                .update();
        String output = typed(example("API=https://quarry.example")
                .replace("acme", tenant)
                .replace("\"password\": \"...\"", "\"password\": \"" + People.PASSWORD + "\""));
        assertThat(output).doesNotContain("\"status\":4", "\"status\":5");
        String token = Browser.token(api, tenant, "ann", "a long & strange password");
        assertThat(api.get(Listener.PUBLIC, token, "/api/v1/accounts").body())
                .contains("\"ann\"", "\"TENANT_ADMIN\"", "\"bob\"", "\"photos\"");
    }

    static boolean hasCommands() {
        List<String> folders = List.of(System.getenv("PATH").split(":", -1));
        return Stream.of("curl", "openssl")
                .allMatch(program -> folders.stream().anyMatch(folder -> Files.isExecutable(Path.of(folder, program))));
    }

    private static String example(String begin) throws IOException {
        String page = Files.readString(Path.of("../docs/operations.md"));
        String example = page.substring(page.indexOf(begin));
        return example.substring(0, example.indexOf("```"));
    }

    private String typed(String commands) throws IOException, InterruptedException {
        Process bash = new ProcessBuilder(
                        "bash", "-ec", commands.replace("https://quarry.example", api.url(Listener.PUBLIC)))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        bash.getOutputStream().close();
        String output = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor()).as(output).isZero();
        return output;
    }
}
