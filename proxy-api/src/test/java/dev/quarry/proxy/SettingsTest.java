package dev.quarry.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quarry.proxy.account.Role;
import dev.quarry.proxy.security.OutsideIssuer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** The program does not start with settings that would hang, stop or kill what it does, and names the variable to set. */
class SettingsTest {
    @ParameterizedTest
    @CsvSource({
        "QUARRY_RUN_WINDOW, 0, 1",
        "QUARRY_RUN_ADVANCE, PT0S, PT0.001S",
        "QUARRY_RUN_CLOSE, PT0S, PT0.001S",
        "QUARRY_RUN_PAGE, 3, 4",
        "QUARRY_RUN_LISTINGS, 0, 1",
        "QUARRY_RUN_SPLITPAGES, 0, 1",
        "QUARRY_RUN_UNITFILES, 0, 1",
        "QUARRY_RUN_UNITBYTES, 0, 1",
        "QUARRY_RUN_UNITWORK, PT0.5S, PT1S",
        "QUARRY_RUN_SMALLFILE, -1, 0",
        "QUARRY_RUN_DELETEUNASKED, -1, 0",
        "QUARRY_ATTEMPT_DOWNLOADS, 0, 1",
        "QUARRY_ATTEMPT_SLOWEST, -1, 0",
        "QUARRY_ATTEMPT_RENEWIN, PT0.5S, PT1S",
        "QUARRY_ATTEMPT_PENDINGDEADLINE, PT0S, PT1S",
        "QUARRY_ATTEMPT_HARDDEADLINE, PT0S, PT1S",
        "QUARRY_ATTEMPT_PROOFWINDOW, PT0S, PT1S",
        "QUARRY_ATTEMPT_RECHECKDOWNLOAD, PT0S, PT0.001S",
        "QUARRY_ATTEMPT_PATIENCE, PT0S, PT0.001S",
        "QUARRY_ATTEMPT_RETRYREFUSED, PT0S, PT0.001S",
        "QUARRY_S3_CONNECTIONS, 0, 1",
        "QUARRY_S3_CONNECT, PT0S, PT0.001S",
        "QUARRY_S3_SILENCE, PT-1S, PT0.001S",
        "QUARRY_S3_ANSWER, PT0S, PT0.001S",
        "QUARRY_S3_ATTEMPTS, 0, 1",
        "QUARRY_S3_BACKOFF, PT0S, PT0.001S",
        "QUARRY_S3_RESUMES, -1, 0",
        "QUARRY_AZURE_SLOWEST, -1, 0",
        "QUARRY_FILESYSTEM_SILENCE, PT0S, PT0.001S",
        "QUARRY_FILESYSTEM_CALLS, 0, 1",
        "QUARRY_HTTP_SILENCE, PT0S, PT0.001S",
        "QUARRY_HTTP_BODY, PT0S, PT0.001S",
        "QUARRY_HTTP_UPLOAD, PT0S, PT0.001S",
        "QUARRY_TRIES_PER, PT0S, PT0.001S",
        "QUARRY_TRIES_LOGINSPERADDRESS, 0, 1",
        "QUARRY_TRIES_LOGINSPERACCOUNT, 0, 1",
        "QUARRY_TRIES_BADCLAIMSPERADDRESS, 0, 1",
        "QUARRY_TRIES_LINESPERSOURCE, 0, 1",
        "QUARRY_KEYS_REFRESH, PT0S, PT0.001S",
        "QUARRY_KEYS_ROTATION, PT0S, PT1S",
        "QUARRY_DB_SILENCE, PT0S, PT1S"
    })
    void whatIsTooSmallToWorkIsRefusedAndTheLeastIsTaken(String variable, String value, String least) {
        assertThatThrownBy(() -> BoundSettings.of(Map.of(variable, value)))
                .rootCause()
                .hasMessage("%s is %s; set it to %s or more", variable, value, least);
        Map<String, String> small = new HashMap<>(Map.of("QUARRY_ATTEMPT_RENEWIN", "PT2S"));
        small.put(variable, least);
        assertThat(BoundSettings.of(small)).isNotNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "QUARRY_ATTEMPT_SILENCE=PT2M | QUARRY_ATTEMPT_SILENCE is PT2M, not longer than QUARRY_ATTEMPT_RENEWIN, PT5M: jobs that are well would be stopped",
                "QUARRY_ATTEMPT_SILENCE=PT0S | raise it, or lower QUARRY_ATTEMPT_RENEWIN",
                "QUARRY_ATTEMPT_TOKENLIFE=PT5M | QUARRY_ATTEMPT_TOKENLIFE is PT5M, not longer than QUARRY_ATTEMPT_RENEWIN, PT5M: tokens would end",
                "QUARRY_ATTEMPT_PENDINGDEADLINE=PT2H | QUARRY_ATTEMPT_PENDINGDEADLINE is PT2H, longer than QUARRY_ATTEMPT_TICKETLIFE, PT30M: a job that is placed after that could not claim its work; raise QUARRY_ATTEMPT_TICKETLIFE",
                "QUARRY_ATTEMPT_PROOFSCHEME=ftp | QUARRY_ATTEMPT_PROOFSCHEME is 'ftp'; set http or https",
                "QUARRY_RUN_DELETEPERCENT=101 | QUARRY_RUN_DELETEPERCENT is 101; set it to 0 to 100",
                "QUARRY_KEYS_OVERLAP=PT30M | QUARRY_KEYS_OVERLAP is PT30M, not longer than QUARRY_KEYS_REFRESH",
            })
    void whatDoesNotFitTogetherIsRefused(String setting, String message) {
        assertThatThrownBy(() -> BoundSettings.of(
                        Map.of(setting.split("=", -1)[0], setting.strip().split("=", -1)[1])))
                .rootCause()
                .hasMessageContaining(message.strip());
    }

    @Test
    void shortTimesThatFitTogetherAreTaken() {
        QuarrySettings settings =
                BoundSettings.of(Map.of("QUARRY_ATTEMPT_SILENCE", "PT2M", "QUARRY_ATTEMPT_RENEWIN", "PT30S"));
        assertThat(settings.attempt().silence()).isEqualTo(Duration.ofMinutes(2));
    }

    @Test
    void aDatabaseThatIsNotNamedIsAskedForByVariableAndExample() {
        Map<String, String> set = new HashMap<>();
        for (String[] next : new String[][] {
            {"QUARRY_DB_URL", "jdbc:postgresql://host/quarry"},
            {"QUARRY_DB_USER", "quarry_app"},
            {"QUARRY_DB_PASSWORD_FILE", "/etc/quarry/app.password"},
            {"QUARRY_DB_OWNER_USER", "quarry_owner"},
            {"QUARRY_DB_OWNER_PASSWORD_FILE", "/etc/quarry/owner.password"}
        }) {
            assertThatThrownBy(() -> BoundSettings.ofNothingBut(set))
                    .rootCause()
                    .hasMessage("%s is not set; such as %s", next[0], next[1]);
            set.put(next[0], " ");
            assertThatThrownBy(() -> BoundSettings.ofNothingBut(set)).hasStackTraceContaining(next[0] + " is not set");
            set.put(next[0], next[1]);
        }
        assertThat(BoundSettings.ofNothingBut(set).db().user()).isEqualTo("quarry_app");
    }

    @Test
    void rolesOfAnotherIssuerAreTakenAsItWritesThem() {
        String roles = "Quarry.Admin=TENANT_ADMIN, readers=VIEWER,a=b=EDITOR";
        assertThat(issuer(Map.of("QUARRY_OIDC_ROLES", roles)).meanings())
                .isEqualTo(Map.of("Quarry.Admin", Role.TENANT_ADMIN, "readers", Role.VIEWER, "a=b", Role.EDITOR));
        assertThat(issuer(Map.of("QUARRY_OIDC_ROLES_0", "CN=Ops,DC=x=OPERATOR", "QUARRY_OIDC_ROLES_1", "r=VIEWER"))
                        .meanings())
                .isEqualTo(Map.of("CN=Ops,DC=x", Role.OPERATOR, "r", Role.VIEWER));
    }

    @Test
    void rolesThatMeanNothingAreRefused() {
        for (String wrong : List.of("readers", "readers=READER", "=VIEWER", "readers=viewer")) {
            assertThatThrownBy(() -> issuer(Map.of("QUARRY_OIDC_ROLES", "ops=OPERATOR," + wrong)))
                    .rootCause()
                    .hasMessageContaining("QUARRY_OIDC_ROLES: '" + wrong + "' is no VALUE=ROLE");
        }
        assertThatThrownBy(() -> issuer(Map.of("QUARRY_OIDC_ROLES", "r=VIEWER,r=EDITOR")))
                .hasStackTraceContaining("its value comes twice");
        assertThatThrownBy(() -> issuer(Map.of("QUARRY_OIDC_ROLES_ADMINS", "TENANT_ADMIN")))
                .hasStackTraceContaining("set QUARRY_OIDC_JWKSURI, QUARRY_OIDC_AUDIENCE and QUARRY_OIDC_ROLES");
    }

    private static OutsideIssuer issuer(Map<String, String> roles) {
        Map<String, String> all = new HashMap<>(roles);
        all.put("QUARRY_OIDC_ISSUER", "https://login.example");
        all.put("QUARRY_OIDC_JWKSURI", "https://login.example/jwks");
        all.put("QUARRY_OIDC_AUDIENCE", "quarry");
        return BoundSettings.of(all).oidc();
    }

    /** As an operator gives it one: by a variable that names the file. */
    @Test
    void lanesOfAYamlFileReplaceThoseThatAreShipped(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(
                folder.resolve("lanes.yaml"),
                "quarry:\n  lanes:\n    - {name: all, image: mine, extractors: [noop]}\n");
        StandardEnvironment environment = new StandardEnvironment();
        MutablePropertySources sources = environment.getPropertySources();
        sources.replace(
                "systemEnvironment",
                new SystemEnvironmentPropertySource(
                        "systemEnvironment", Map.of("SPRING_CONFIG_ADDITIONAL_LOCATION", "file:" + file)));
        sources.addFirst(new MapPropertySource("needed", Map.copyOf(BoundSettings.NEEDED)));
        ConfigDataEnvironmentPostProcessor.applyTo(environment);
        assertThat(Binder.get(environment)
                        .bind("quarry", QuarrySettings.class)
                        .get()
                        .lanes())
                .singleElement()
                .satisfies(lane -> assertThat(lane.image()).isEqualTo("mine"));
    }
}
