package dev.quarry.proxy.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.RunningApi.Answer;
import dev.quarry.proxy.listener.Listener;
import dev.quarry.proxy.run.TestStore;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Every route of the public API, as the program has them, called by everybody. A route that stands in no line here fails the test. */
class RolesTest {
    /** Who calls; the two last see another store than the one that is meant, and another tenant. */
    private static final List<String> CALLERS =
            List.of("viewer", "editor", "admin", "operator", "viewer elsewhere", "editor elsewhere", "other tenant");

    private static final String MATRIX = """
            GET  /api/v1/stores                               |                        | 200 200 200 403 200 200 200
            POST /api/v1/stores                               |                        | 403 403 422 403 403 403 422
            GET  /api/v1/stores/{store}                       | STORE                  | 200 200 200 403 404 404 404
            POST /api/v1/stores/{store}/check                 | STORE                  | 403 200 200 403 403 404 404
            PUT  /api/v1/stores/{store}/key                   | STORE                  | 403 403 422 403 403 403 404
            GET  /api/v1/stores/{store}/runs                  | STORE                  | 200 200 200 403 404 404 404
            POST /api/v1/stores/{store}/runs                  | nowhere                | 403 404 404 403 403 404 404
            PUT  /api/v1/stores/{store}/settings              | STORE                  | 403 403 200 403 403 403 404
            GET  /api/v1/stores/{store}/files                 | STORE                  | 200 200 200 403 404 404 404
            GET  /api/v1/runs/{run}                           | RUN                    | 200 200 200 403 404 404 404
            GET  /api/v1/runs/{run}/report                    | RUN                    | 200 200 200 403 404 404 404
            GET  /api/v1/runs/{run}/changes                   | RUN                    | 200 200 200 403 404 404 404
            GET  /api/v1/runs/{run}/scopes                    | RUN                    | 200 200 200 403 404 404 404
            POST /api/v1/runs/{run}/deletion                  | RUN                    | 403 422 422 403 403 422 422
            POST /api/v1/runs/{run}/cancel                    | RUN                    | 403 202 202 403 403 404 404
            POST /api/v1/runs/{run}/pause                     | RUN                    | 403 204 204 403 403 404 404
            POST /api/v1/runs/{run}/resume                    | RUN                    | 403 204 204 403 403 404 404
            POST /api/v1/runs/{run}/deletion                  | RUN                    | 403 422 422 403 403 422 422
            GET  /api/v1/runs/{run}/report                    | RUN                    | 200 200 200 403 404 404 404
            GET  /api/v1/runs/{run}/changes                   | RUN                    | 200 200 200 403 404 404 404
            GET  /api/v1/runs/{run}/scopes                    | RUN                    | 200 200 200 403 404 404 404
            GET  /api/v1/files/{file}                         | FILE                   | 200 200 200 403 404 404 404
            GET  /api/v1/search                               | ?q=a                   | 200 200 200 403 200 200 200
            GET  /api/v1/artifacts/{artifact}                 | ARTIFACT               | 200 200 200 403 404 404 404
            GET  /api/v1/accounts                             |                        | 403 403 200 403 403 403 200
            POST /api/v1/accounts                             |                        | 403 403 422 403 403 403 422
            GET  /api/v1/accounts/{account}                   | ACCOUNT                | 403 403 200 403 403 403 404
            PUT  /api/v1/accounts/{account}                   | ACCOUNT                | 403 403 422 403 403 403 404
            PUT  /api/v1/accounts/{account}/password          | ACCOUNT                | 403 403 422 403 403 403 404
            PUT  /api/v1/account/password                     |                        | 422 422 422 422 422 422 422
            GET  /api/v1/audit                                |                        | 403 403 200 403 403 403 200
            GET  /api/v1/operator/audit                       |                        | 403 403 403 200 403 403 403
            GET  /api/v1/operator/keys                        |                        | 403 403 403 200 403 403 403
            POST /api/v1/operator/keys/{purpose}/rotate       | signing                | 403 403 403 422 403 403 403
            POST /api/v1/operator/master-key/reseal           |                        | 403 403 403 200 403 403 403
            PUT  /api/v1/operator/tenants/{tenant}            | NO_NAME                | 403 403 403 422 403 403 403
            POST /api/v1/operator/tenants/{tenant}/accounts   | demo                   | 403 403 403 422 403 403 403
            GET  /api/v1/operator/tenants/{tenant}/grants     | demo                   | 403 403 403 200 403 403 403
            POST /api/v1/operator/tenants/{tenant}/grants     | demo                   | 403 403 403 422 403 403 403
            POST /api/v1/operator/tenants/{tenant}/grants/revoke | demo                | 403 403 403 422 403 403 403
            """;

    private final RunningApi api = RunningApi.shared();

    private record Line(String method, String path, String value, List<Integer> statuses) {
        static Line of(String text) {
            String[] parts = text.split("\\|", -1);
            String[] route = parts[0].strip().split(" +", -1);
            List<Integer> statuses = new ArrayList<>();
            for (String status : parts[2].strip().split(" ", -1)) {
                statuses.add(Integer.valueOf(status));
            }
            return new Line(route[0], route[1], parts[1].strip(), statuses);
        }

        String route() {
            return method + " " + path;
        }
    }

    @Test
    void eachRouteIsOpenToItsRolesAndToNobodyElse() {
        Map<String, Line> lines = new TreeMap<>();
        MATRIX.lines().map(Line::of).forEach(line -> lines.put(line.route(), line));
        assertThat(new TreeSet<>(routes())).as("routes with a line").isEqualTo(lines.keySet());

        TestStore store = new TestStore();
        store.write("a.txt", "words");
        TestStore.TestRun run = store.open();
        run.complete();
        String elsewhere = new TestStore().name;
        Map<String, String> ids = ids(store, run);
        List<String> tokens = List.of(
                People.token("demo", Role.VIEWER, List.of(store.name)),
                People.token("demo", Role.EDITOR, List.of(store.name)),
                People.token("demo", Role.TENANT_ADMIN),
                People.token("demo", Role.OPERATOR),
                People.token("demo", Role.VIEWER, List.of(elsewhere)),
                People.token("demo", Role.EDITOR, List.of(elsewhere)),
                People.token(People.tenant(), Role.TENANT_ADMIN));

        List<String> wrong = new ArrayList<>();
        for (Line line : lines.values()) {
            assertThat(call(line, ids, "").status())
                    .as("nobody " + line.route())
                    .isEqualTo(401);
            for (int caller = 0; caller < CALLERS.size(); caller++) {
                Answer answer = call(line, ids, tokens.get(caller));
                if (answer.status() != line.statuses().get(caller)) {
                    wrong.add(line.route() + " by " + CALLERS.get(caller) + ": " + answer.status() + ", not "
                            + line.statuses().get(caller) + " " + answer.body());
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void aTokenForReadingChangesNothingWhateverTheRole() {
        String token = api.clientToken("quarry-local", "read");
        assertThat(api.get(Listener.PUBLIC, token, "/api/v1/stores").status()).isEqualTo(200);
        assertThat(api.post(Listener.PUBLIC, token, "/api/v1/stores", "{}").status())
                .isEqualTo(403);
    }

    private Answer call(Line line, Map<String, String> ids, String token) {
        String value = ids.getOrDefault(line.value(), line.value());
        String path = value.startsWith("?") ? line.path() + value : line.path().replaceAll("\\{[^}]*}", value);
        HttpRequest.BodyPublisher body = line.method().equals("GET")
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofString("{}");
        Listener listener = path.startsWith("/api/v1/artifacts/") ? Listener.ARTIFACTS : Listener.PUBLIC;
        return api.send(api.request(listener, token, path)
                .header("Content-Type", "application/json")
                .method(line.method(), body)
                .build());
    }

    private Map<String, String> ids(TestStore store, TestStore.TestRun run) {
        String file = TestStore.people("/api/v1/stores/" + store.name + "/files")
                .json()
                .get("files")
                .get(0)
                .get("file")
                .asString();
        return Map.of(
                "STORE", store.name,
                "RUN", run.id.toString(),
                "FILE", file,
                "ARTIFACT", Artifact.of(file),
                "ACCOUNT", People.account("demo", Role.VIEWER, null));
    }

    private List<String> routes() {
        List<String> routes = new ArrayList<>();
        api.bean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class)
                .getHandlerMethods()
                .keySet()
                .forEach(mapping -> mapping.getPatternValues().stream()
                        .filter(path -> path.startsWith("/api/"))
                        .forEach(path -> mapping.getMethodsCondition()
                                .getMethods()
                                .forEach(method -> routes.add(method + " " + path))));
        return routes;
    }
}
