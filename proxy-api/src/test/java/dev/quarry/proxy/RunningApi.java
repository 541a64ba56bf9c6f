package dev.quarry.proxy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.zaxxer.hikari.HikariDataSource;
import dev.quarry.postgres.DatabaseRole;
import dev.quarry.postgres.EmbeddedPostgres;
import dev.quarry.proxy.listener.Listener;
import dev.quarry.proxy.listener.ListenerPorts;
import dev.quarry.proxy.store.MemoryBuckets;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The whole service on a real PostgreSQL, started once for all tests of this JVM; and a plain HTTP client for it. */
public final class RunningApi {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    /** The lane that is shipped, after one whose nodes are so small that little files are too large for them. */
    private static final String[] ARGUMENTS = {
        "--logging.structured.format.console=",
        "--logging.level.root=WARN",
        "--quarry.node.memory-mb=6000",
        "--quarry.store-endpoints=127.0.0.1:*",
        "--quarry.keys.refresh=1s",
        "--quarry.tries.logins-per-address=100000",
        "--quarry.tries.logins-per-account=100000",
        "--quarry.tries.bad-claims-per-address=100000",
        "--quarry.tries.lines-per-source=100000",
        "--quarry.s3.silence=1s",
        "--quarry.s3.answer=2s",
        "--quarry.s3.attempts=3",
        "--quarry.s3.backoff=20ms",
        "--quarry.s3.resumes=3",
        "--quarry.run.delete-unasked=50",
        "--quarry.azure.silence=1s",
        "--quarry.azure.answer=2s",
        "--quarry.azure.attempts=3",
        "--quarry.azure.backoff=20ms",
        "--quarry.azure.resumes=3",
        "--quarry.node-classes.tiny.disk-mb=10",
        "--quarry.lanes[0].name=tiny",
        "--quarry.lanes[0].image=quarry-agent",
        "--quarry.lanes[0].extractors=noop",
        "--quarry.lanes[0].accepts=*.tiny",
        "--quarry.lanes[0].node-class=tiny",
        "--quarry.lanes[0].disk-mb=4",
        "--quarry.lanes[1].name=documents",
        "--quarry.lanes[1].image=quarry-agent",
        "--quarry.lanes[1].extractors=tika,image,thumbnail,noop,fixed"
    };

    public static final JsonMapper JSON = JsonMapper.builder().build();

    /** What quarry-worker signs with, if it comes by private_key_jwt. */
    public static final ECKey WORKER_KEY = key("w1");

    private static final class Shared {
        private static final RunningApi API = start(Map.of());
    }

    private final ConfigurableApplicationContext context;
    private final EmbeddedPostgres postgres;
    private final Path home;
    private final JdbcClient superuser;
    private final Map<Listener, Token> tokens = new ConcurrentHashMap<>();
    private final HttpClient http = HttpClient.newHttpClient();

    private RunningApi(ConfigurableApplicationContext context, EmbeddedPostgres postgres, Path home) {
        this.context = context;
        this.postgres = postgres;
        this.home = home;
        this.superuser = superuser(postgres);
    }

    private static JdbcClient superuser(EmbeddedPostgres postgres) {
        try {
            HikariDataSource pool = new HikariDataSource();
            pool.setJdbcUrl(postgres.jdbcUrl());
            pool.setUsername(DatabaseRole.SUPERUSER.login());
            pool.setPassword(postgres.password(DatabaseRole.SUPERUSER));
            pool.setMaximumPoolSize(4);
            return JdbcClient.create(pool);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The one that all tests share: they make stores and tenants of their own. */
    public static RunningApi shared() {
        return Shared.API;
    }

    /** One with a database of its own, for what would disturb the other tests. */
    public static RunningApi own() {
        return start(Map.of());
    }

    /** Another process on the same database, with other settings. */
    public RunningApi beside(Map<String, Object> settings) {
        return new RunningApi(run(home, postgres, settings), postgres, home);
    }

    /** What another process on the same database is told, as its command line. */
    public List<String> commandLine() {
        List<String> arguments = new ArrayList<>(List.of(ARGUMENTS));
        properties(home, postgres).forEach((key, value) -> arguments.add("--" + key + "=" + value));
        return arguments;
    }

    /** Ends this process; its database stays for the others. */
    public void close() {
        context.close();
    }

    private static ConfigurableApplicationContext run(
            Path home, EmbeddedPostgres postgres, Map<String, Object> settings) {
        SpringApplication application = new SpringApplication(ProxyApi.class);
        application.setRegisterShutdownHook(true);
        application.addInitializers(context -> context.getBeanFactory().addBeanPostProcessor(new MemoryBuckets()));
        application.setDefaultProperties(properties(home, postgres));
        List<String> arguments = new ArrayList<>(List.of(ARGUMENTS));
        settings.forEach((key, value) -> {
            arguments.removeIf(argument -> argument.startsWith("--" + key + "="));
            arguments.add("--" + key + "=" + value);
        });
        return application.run(arguments.toArray(new String[0]));
    }

    private static RunningApi start(Map<String, Object> settings) {
        try {
            Path home = Files.createTempDirectory("quarry-proxy-test").toRealPath();
            EmbeddedPostgres postgres = EmbeddedPostgres.start(home.resolve("postgres"));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(home)));
            Files.writeString(home.resolve("master"), Base64.getEncoder().encodeToString(new byte[32]));
            Files.writeString(home.resolve("secret"), SECRET);
            Files.writeString(home.resolve("worker-keys"), new JWKSet(WORKER_KEY.toPublicJWK()).toString());
            Files.createDirectories(home.resolve("stores"));
            RunningApi api = new RunningApi(run(home, postgres, settings), postgres, home);
            // Hundreds of tests leave attempts open; the cap has tests with tenants of their own.
            api.superuser.sql("update quarry.tenant set attempts_cap = 100000").update();
            return api;
        } catch (IOException | SQLException e) {
            throw new IllegalStateException("cannot start the API for tests", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static Map<String, Object> properties(Path home, EmbeddedPostgres postgres) {
        Map<String, Object> all = new HashMap<>();
        all.put("quarry.db.url", postgres.jdbcUrl());
        all.put("quarry.db.user", DatabaseRole.APPLICATION.login());
        all.put(
                "quarry.db.password-file",
                postgres.passwordFile(DatabaseRole.APPLICATION).toString());
        all.put("quarry.db.owner-user", DatabaseRole.OWNER.login());
        all.put(
                "quarry.db.owner-password-file",
                postgres.passwordFile(DatabaseRole.OWNER).toString());
        all.put("quarry.master-key-file", home.resolve("master").toString());
        all.put("quarry.artifacts-dir", home.resolve("artifacts").toString());
        all.put("quarry.filesystem-roots", home.resolve("stores").toString());
        all.put("quarry.worker-secret-file", home.resolve("secret").toString());
        all.put("quarry.worker-sites", "default");
        all.put("quarry.workers.eu.sites", "eu");
        all.put("quarry.workers.eu.secret-file", home.resolve("secret").toString());
        all.put("quarry.local-secret-file", home.resolve("secret").toString());
        all.put("quarry.operator-secret-file", home.resolve("secret").toString());
        all.put("quarry.worker-keys-file", home.resolve("worker-keys").toString());
        return all;
    }

    public static ECKey key(String id) {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
        } catch (JOSEException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** A fresh folder below the allowed root. */
    public Path newStoreFolder() {
        try {
            return Files.createDirectories(home.resolve("stores").resolve("s" + UUID.randomUUID()));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    public <T> T bean(String name, Class<T> type) {
        return context.getBean(name, type);
    }

    public EmbeddedPostgres postgres() {
        return postgres;
    }

    /** Sees everything: for assertions, never for the product's own work. */
    public JdbcClient superuser() {
        return superuser;
    }

    public String url(Listener listener) {
        return "http://127.0.0.1:" + bean(ListenerPorts.class).of(listener).orElseThrow();
    }

    private record Token(String value, Instant since) {}

    /** A token of the worker (CONTROL) or of the local client (PUBLIC), good for some minutes more: ask for each call. */
    public String token(Listener listener) {
        Instant old = Instant.now().minus(Duration.ofMinutes(5));
        return Objects.requireNonNull(tokens.compute(
                        listener,
                        (same, token) -> token == null || token.since().isBefore(old)
                                ? new Token(freshToken(listener), Instant.now())
                                : token))
                .value();
    }

    /** A fresh token of quarry-operator. */
    public String operatorToken() {
        return clientToken("quarry-operator", "read write");
    }

    public Path home() {
        return home;
    }

    private String freshToken(Listener listener) {
        return listener == Listener.CONTROL
                ? clientToken("quarry-worker", "control")
                : clientToken("quarry-local", "read write");
    }

    /** How a service client shows its secret. */
    public String basic(String client) {
        return "Basic "
                + Base64.getEncoder().encodeToString((client + ":" + SECRET).getBytes(StandardCharsets.US_ASCII));
    }

    public String clientToken(String client, String scope) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url(Listener.CONTROL) + "/oauth2/token"))
                .header("Authorization", basic(client))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "grant_type=client_credentials&scope=" + URLEncoder.encode(scope, StandardCharsets.US_ASCII)))
                .build();
        return send(request).json().get("access_token").asString();
    }

    /** An answer: its status and body. */
    public record Answer(int status, String body, HttpResponse<byte[]> response) {
        public JsonNode json() {
            return JSON.readTree(body);
        }
    }

    public Answer post(Listener listener, String token, String path, String json) {
        return send(request(listener, token, path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build());
    }

    public Answer put(Listener listener, String token, String path, String json) {
        return send(request(listener, token, path)
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(json))
                .build());
    }

    public Answer get(Listener listener, String token, String path) {
        return send(request(listener, token, path).GET().build());
    }

    public HttpRequest.Builder request(Listener listener, String token, String path) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(url(listener) + path));
        return token.isEmpty() ? builder : builder.header("Authorization", "Bearer " + token);
    }

    public Answer send(HttpRequest request) {
        try {
            HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            return new Answer(response.statusCode(), new String(response.body(), StandardCharsets.UTF_8), response);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void delete(Path home) {
        // The server under it ends with this JVM; what it still writes while it ends does not matter.
        org.springframework.util.FileSystemUtils.deleteRecursively(home.toFile());
    }
}
