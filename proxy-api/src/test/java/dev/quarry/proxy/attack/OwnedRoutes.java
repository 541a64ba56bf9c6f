package dev.quarry.proxy.attack;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.account.People;
import dev.quarry.proxy.account.Role;
import dev.quarry.proxy.listener.Listener;
import dev.quarry.proxy.run.TestStore;
import java.util.UUID;
import java.util.stream.Stream;

/** Every route of the public API that names ids, with those of one tenant. ForeignTenantTest holds that none is missing. */
record OwnedRoutes(Property property) {
    static final String PREFIX = "/api/v1/";

    static OwnedRoutes create() {
        return new OwnedRoutes(Property.create());
    }

    /** As Spring serves it, with the owner's ids in it; and what the two are answered. */
    record Route(String route, Call call, int foreign, int own) {
        static Route get(String path, String target) {
            return new Route("GET " + PREFIX + path, Call.get(Listener.PUBLIC, PREFIX + target), 404, 200);
        }

        Route on(Listener listener) {
            return new Route(route, call.on(listener), foreign, own);
        }

        static Route put(String path, String target, String json, int own) {
            return new Route("PUT " + PREFIX + path, Call.put(Listener.PUBLIC, PREFIX + target, json), 404, own);
        }

        static Route post(String path, String target, String json, int own) {
            return new Route("POST " + PREFIX + path, Call.post(Listener.PUBLIC, PREFIX + target, json), 404, own);
        }
    }

    Stream<Route> routes() {
        String store = "stores/" + property.store();
        String run = "runs/" + property.run();
        return Stream.of(
                Route.get("stores/{store}", store),
                Route.get("stores/{store}/files", store + "/files"),
                Route.get("stores/{store}/runs", store + "/runs"),
                Route.get("runs/{run}", run),
                Route.get("runs/{run}/report", run + "/report"),
                Route.get("runs/{run}/changes", run + "/changes"),
                Route.get("runs/{run}/scopes", run + "/scopes"),
                Route.get("files/{file}", "files/" + property.file()),
                Route.get("artifacts/{artifact}", "artifacts/" + property.artifact())
                        .on(Listener.ARTIFACTS),
                Route.get("search", "search?q=" + property.word() + "&store=" + property.store()),
                Route.post("stores/{store}/check", store + "/check", "", 200),
                Route.put(
                        "stores/{store}/key",
                        "stores/" + property.bucket() + "/key",
                        "{\"accessKeyId\":\"AKIAEXAMPLE2\",\"secretAccessKey\":\"another\"}",
                        200),
                Route.put("stores/{store}/settings", store + "/settings", "{}", 200),
                Route.get("accounts/{account}", "accounts/" + property.account()),
                Route.put("accounts/{account}", "accounts/" + property.account(), "{\"role\":\"EDITOR\"}", 200),
                Route.put(
                        "accounts/{account}/password",
                        "accounts/" + property.account() + "/password",
                        "{\"password\":\"" + People.PASSWORD + " again\"}",
                        204),
                Route.post("runs/{run}/pause", run + "/pause", "", 204),
                Route.post("runs/{run}/resume", run + "/resume", "", 204),
                Route.post("runs/{run}/deletion", "runs/" + property.asking() + "/deletion", "{\"delete\":false}", 202),
                // Without Temporal the owner comes as far as that: past every check.
                Route.post("stores/{store}/runs", store + "/runs", "", 503),
                Route.post("runs/{run}/cancel", run + "/cancel", "", 503));
    }

    /** What the owner has: a store with one indexed file that has an artifact, a bucket, and a run that asks whether it may delete. */
    record Property(
            String store, String bucket, UUID run, UUID asking, UUID file, UUID artifact, String account, String word) {
        static Property create() {
            String word = "canary" + UUID.randomUUID().toString().substring(0, 8);
            Victim victim = Victim.running();
            String sha256 = victim.artifact(0, "a.jpg").send().text("sha256");
            String line = Victim.extraction(0, word)
                    .replace(
                            "}",
                            ",\"artifacts\":[{\"name\":\"a.jpg\",\"sha256\":\"" + sha256
                                    + "\",\"mediaType\":\"text/html\"}]}");
            victim.results(line, Victim.done(0)).send();
            victim.settle("FAILED", 23);
            TestStore bucket = TestStore.s3(
                    "{\"bucket\":\"some-bucket\",\"endpoint\":\"http://127.0.0.1:1\",\"accessKeyId\":\"AKIAEXAMPLE1\",\"secretAccessKey\":\"one\"}");
            UUID asking = new TestStore().open().id;
            RunningApi.shared()
                    .superuser()
                    .sql("update quarry.run set deletion = 'ASKED', state = 'CLOSING' where id = ?")
                    .param(asking)
                    .update();
            return new Property(
                    victim.store.name,
                    bucket.name,
                    victim.run.id,
                    asking,
                    id(victim, "file"),
                    id(victim, "id"),
                    People.account("demo", Role.VIEWER, null),
                    word);
        }

        private static UUID id(Victim victim, String column) {
            return RunningApi.shared()
                    .superuser()
                    .sql("select %s from quarry.%s where attempt = ? and n = 0"
                            .formatted(column, column.equals("file") ? "attempt_item" : "artifact"))
                    .param(UUID.fromString(victim.attempt))
                    .query(UUID.class)
                    .single();
        }
    }
}
