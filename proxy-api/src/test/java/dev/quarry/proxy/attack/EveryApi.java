package dev.quarry.proxy.attack;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.listener.Listener;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Calls of each API that need its database, and what each is answered while all is well. */
final class EveryApi {
    private EveryApi() {}

    static Map<Call, Integer> calls(RunningApi api) {
        String user = api.token(Listener.PUBLIC);
        String missing = UUID.randomUUID().toString();
        return Map.of(
                Call.get(Listener.PUBLIC, "/api/v1/stores").bearer(user).at(api),
                200,
                Call.get(Listener.PUBLIC, "/api/v1/search?q=word").bearer(user).at(api),
                200,
                Call.post(Listener.PUBLIC, "/api/v1/runs/" + missing + "/pause", "")
                        .bearer(user)
                        .at(api),
                404,
                Call.get(Listener.ARTIFACTS, "/api/v1/artifacts/" + missing)
                        .bearer(user)
                        .at(api),
                404,
                Call.get(Listener.CONTROL, "/control/v1/runs/" + missing)
                        .bearer(api.token(Listener.CONTROL))
                        .at(api),
                404,
                Call.get(Listener.JOB, "/v1/attempts/" + new UUID(0, 1) + "/items")
                        .bearer(ofAJob(api))
                        .at(api),
                404,
                Victim.claim("qt_" + "A".repeat(64), missing).at(api),
                401,
                login(api),
                200,
                Call.get(Listener.PUBLIC, "/actuator/health").at(api),
                200);
    }

    private static Call login(RunningApi api) {
        return Call.of(Listener.PUBLIC, "POST", "/oauth2/token")
                .with("Authorization: " + api.basic("quarry-local"))
                .with("Content-Type: application/x-www-form-urlencoded")
                .sending("grant_type=client_credentials&scope=read".getBytes(StandardCharsets.US_ASCII))
                .at(api);
    }

    private static String ofAJob(RunningApi api) {
        return Forgery.of(api.token(Listener.PUBLIC))
                .claim("aud", List.of("urn:quarry:job"))
                .claim("sub", "attempt:" + new UUID(0, 1))
                .claim("epoch", 1)
                .claim("serial", 1)
                .signedBy(api);
    }
}
