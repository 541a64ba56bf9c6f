package dev.quarry.proxy.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.RunningApi.Answer;
import dev.quarry.proxy.listener.Listener;
import java.io.IOException;
import java.net.CookieManager;
import java.net.HttpCookie;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A person's browser with cookies, and the client that sent them to sign in. Follows no redirect by itself. Of several processes behind one address each
 * request goes to the next one.
 */
public final class Browser {
    static final String REDIRECT = "http://127.0.0.1:53682/callback";
    private static final Pattern CSRF = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"");
    private static final Pattern CODE = Pattern.compile("[?&]code=([^&]+)");

    final CookieManager cookies = new CookieManager();
    private final String verifier = UUID.randomUUID().toString() + UUID.randomUUID();
    private final List<RunningApi> processes;
    private final HttpClient http =
            HttpClient.newBuilder().cookieHandler(cookies).build();
    private final AtomicInteger requests = new AtomicInteger();

    Browser(RunningApi... processes) {
        this.processes = List.of(processes);
    }

    /** Whoever has copied all that this one holds now. */
    Browser copied(RunningApi... elsewhere) {
        Browser thief = new Browser(elsewhere);
        cookies.getCookieStore()
                .getCookies()
                .forEach(cookie -> thief.cookies.getCookieStore().add(URI.create("http://127.0.0.1/"), (HttpCookie)
                        cookie.clone()));
        return thief;
    }

    boolean isSignedIn() {
        return location(authorize()).contains("code=");
    }

    /** A token of an account, by the whole way through the browser. */
    public static String token(RunningApi api, String tenant, String account, String password) {
        Browser browser = new Browser(api);
        Answer answer = browser.redeem(browser.code(tenant, account, password), browser.verifier);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json().get("access_token").asString();
    }

    public static void failsToSignIn(RunningApi api, String tenant, String account) {
        assertThat(new Browser(api).signIn(tenant, account, "wrong wrong wrong").status())
                .isEqualTo(401);
    }

    String code(String tenant, String account, String password) {
        Answer first = authorize();
        assertThat(location(first)).endsWith("/login");
        Answer signedIn = signIn(tenant, account, password);
        assertThat(signedIn.status()).as(signedIn.body()).isEqualTo(302);
        URI asked = URI.create(location(signedIn));
        Answer sent = get(asked.getRawPath() + "?" + asked.getRawQuery());
        Matcher code = CODE.matcher(location(sent));
        assertThat(code.find()).as(location(sent)).isTrue();
        return code.group(1);
    }

    Answer authorize() {
        return authorize(Map.of());
    }

    /** With some parameters otherwise; empty: without it. */
    Answer authorize(Map<String, String> otherwise) {
        Map<String, String> parameters = new java.util.TreeMap<>(Map.of(
                "response_type", "code",
                "client_id", "quarry-web",
                "redirect_uri", REDIRECT,
                "scope", "read write",
                "state", "s1",
                "code_challenge", challenge(verifier),
                "code_challenge_method", "S256"));
        parameters.putAll(otherwise);
        parameters.values().removeIf(String::isEmpty);
        return get("/oauth2/authorize?" + form(parameters));
    }

    Answer signIn(String tenant, String account, String password) {
        return post("/login", Map.of("_csrf", csrf(), "tenant", tenant, "account", account, "password", password));
    }

    Answer signOut() {
        return post("/logout", Map.of("_csrf", csrf()));
    }

    HttpCookie cookie(String name) {
        return cookies.getCookieStore().getCookies().stream()
                .filter(cookie -> cookie.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private String csrf() {
        Matcher csrf = CSRF.matcher(page().body());
        assertThat(csrf.find()).isTrue();
        return csrf.group(1);
    }

    Answer page() {
        return get("/login");
    }

    Answer redeem(String code) {
        return redeem(code, verifier);
    }

    Answer redeem(String code, String shown) {
        return post(
                "/oauth2/token",
                Map.of(
                        "grant_type", "authorization_code",
                        "client_id", "quarry-web",
                        "redirect_uri", REDIRECT,
                        "code", code,
                        "code_verifier", shown));
    }

    Answer post(String path, Map<String, String> parameters) {
        return send(HttpRequest.newBuilder(next(path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form(parameters)))
                .build());
    }

    static String location(Answer answer) {
        return answer.response().headers().firstValue("Location").orElse("no redirect: " + answer.status());
    }

    private Answer get(String path) {
        return send(HttpRequest.newBuilder(next(path)).build());
    }

    private URI next(String path) {
        RunningApi process = processes.get(requests.getAndIncrement() % processes.size());
        return URI.create(process.url(Listener.PUBLIC) + path);
    }

    private Answer send(HttpRequest request) {
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

    private static String form(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    private static String challenge(String verifier) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
