package dev.quarry.dev.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.dev.client.PublicApi;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Everything at DEBUG, and no secret in anything that was written. The last of all, since it reads what the others left in the stack that they share. */
@Order(Integer.MAX_VALUE)
@Timeout(300)
@ExtendWith(SharedStack.class)
class SecretsEndToEnd {
    private static final String PASSWORD = "a-password-that-only-ann-has-17";
    private static final String MISTYPED = "what-ann-typed-in-its-place-18";
    private static final Pattern CSRF = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"");

    @TempDir
    Path home = Path.of("set by JUnit");

    @Test
    void nothingThatTheOtherTestsLeftHoldsASecret(TestStack stack) throws Exception {
        TestStore store = stack.store("secrets");
        store.turtles(3, 0.1);
        store.run();
        SecretScan scan = SecretScan.of(stack.parts(), Map.of());
        assertThat(scan.lines()).isGreaterThan(1_000);
        assertThat(scan.histories()).isGreaterThanOrEqualTo(2);
        assertThat(scan.findings()).isEmpty();
        for (String place : List.of("logs/planted.log", "jobs/planted")) {
            assertPlantedIsFound(stack, place);
        }
    }

    /** What is scanned without being read would be clean, too. */
    private static void assertPlantedIsFound(TestStack stack, String place) throws IOException {
        Path planted = stack.parts().folder().resolve(place);
        Files.writeString(
                planted, "opened with " + Files.readString(stack.parts().workerSecret()));
        try {
            assertThat(SecretScan.of(stack.parts(), Map.of()).findings())
                    .containsExactly(place + ":1 holds worker.secret");
        } finally {
            Files.delete(planted);
        }
    }

    @Test
    @EnabledIf(
            value = "dev.quarry.dev.endtoend.StoreEmulator#hasS3",
            disabledReason = "there is no s3proxy for the emulated S3; ./quarry setup installs it")
    void neitherAStoresKeyNorAPasswordIsWrittenWhereItIsUsedOrRefused() throws Exception {
        try (StoreEmulator emulator = StoreEmulator.s3(Files.createDirectory(home.resolve("buckets")), home);
                TestStack stack = TestStack.start(
                        Map.of(),
                        Map.of("QUARRY_STOREENDPOINTS", emulator.endpoint().getAuthority()))) {
            S3Objects objects = new S3Objects(emulator);
            objects.put("photos", "");
            objects.put("photos/a.txt", "a walk along the canal");
            index(stack.api(), emulator);
            createAccount(stack);
            assertThat(signIn(stack.parts().publicUrl(), MISTYPED)).isEqualTo(401);
            assertThat(signIn(stack.parts().publicUrl(), PASSWORD)).isEqualTo(302);
            refused(stack.parts().publicUrl());
            SecretScan scan = SecretScan.of(
                    stack.parts(),
                    Map.of(
                            StoreEmulator.SECRET,
                            "the store's secret key",
                            PASSWORD,
                            "a person's password",
                            MISTYPED,
                            "a password that was refused"));
            assertThat(scan.findings()).isEmpty();
        }
    }

    private static void index(PublicApi api, StoreEmulator emulator) throws Exception {
        Map<String, Object> s3 = Map.of(
                "bucket",
                "photos",
                "region",
                "us-east-1",
                "endpoint",
                emulator.endpoint().toString(),
                "pathStyle",
                true,
                "accessKeyId",
                StoreEmulator.ACCESS_KEY_ID,
                "secretAccessKey",
                StoreEmulator.SECRET);
        api.createStore(Map.of("name", "photos", "kind", "s3", "s3", s3));
        api.startRun("photos");
        TestStore.await(
                "the bucket to be indexed",
                TestStore.RUN_PATIENCE,
                () -> !api.runs("photos").isEmpty()
                        && !api.runs("photos").get(0).isLive());
        assertThat(api.runs("photos").get(0).count("indexed")).isEqualTo(1);
    }

    private static void createAccount(TestStack stack) throws IOException, InterruptedException {
        HttpRequest create = HttpRequest.newBuilder(stack.parts().publicUrl().resolve("/api/v1/accounts"))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + stack.api().token())
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"name\":\"ann\",\"password\":\"" + PASSWORD + "\",\"role\":\"VIEWER\"}"))
                .build();
        HttpClient http = HttpClient.newHttpClient();
        assertThat(http.send(create, HttpResponse.BodyHandlers.discarding()).statusCode())
                .isEqualTo(201);
    }

    /** As a browser does it, with the page's token: without that no password is looked at. */
    private static int signIn(URI api, String password) throws IOException, InterruptedException {
        HttpClient http =
                HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
        URI login = api.resolve("/login");
        String page = http.send(HttpRequest.newBuilder(login).build(), HttpResponse.BodyHandlers.ofString())
                .body();
        Matcher csrf = CSRF.matcher(page);
        assertThat(csrf.find()).as(page).isTrue();
        String form = "_csrf=" + URLEncoder.encode(csrf.group(1), StandardCharsets.UTF_8)
                + "&tenant=demo&account=ann&password=" + password;
        HttpRequest post = HttpRequest.newBuilder(login)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build();
        return http.send(post, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    /** Secrets in requests that are not understood: whoever logs a refused body logs them. */
    private static void refused(URI api) throws IOException, InterruptedException {
        HttpClient http = HttpClient.newHttpClient();
        send(
                http,
                api.resolve("/oauth2/token"),
                "application/x-www-form-urlencoded",
                "grant_type=client_credentials&client_id=quarry-local&client_secret=" + PASSWORD);
        send(
                http,
                api.resolve("/api/v1/stores"),
                "application/json",
                "{\"name\":\"x\",\"s3\":{\"secretAccessKey\":\"" + StoreEmulator.SECRET + "\",}");
    }

    private static void send(HttpClient http, URI to, String type, String body)
            throws IOException, InterruptedException {
        HttpResponse<Void> answer = http.send(
                HttpRequest.newBuilder(to)
                        .header("Content-Type", type)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.discarding());
        assertThat(answer.statusCode()).isBetween(300, 499);
    }
}
