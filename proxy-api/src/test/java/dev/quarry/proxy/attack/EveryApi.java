package dev.quarry.proxy.attack;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.ECKey;
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

    /** Of the job API, with a token bound to a key and a fresh proof, which no process has seen. Answered 404 while all is well. */
    static Call withProof(RunningApi api) {
        ECKey key = RunningApi.key("agent");
        String path = "/v1/attempts/" + new UUID(0, 1) + "/items";
        String bound = job(api).claim("cnf", Map.of("jkt", thumbprint(key))).signedBy(api);
        return Call.get(Listener.JOB, path)
                .with("Authorization: DPoP " + bound)
                .with("DPoP: "
                        + Forgery.proof(key, "http://quarry" + path, "GET", bound)
                                .signed(key))
                .at(api);
    }

    private static String thumbprint(ECKey key) {
        try {
            return key.computeThumbprint().toString();
        } catch (JOSEException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String ofAJob(RunningApi api) {
        return job(api).signedBy(api);
    }

    private static Forgery job(RunningApi api) {
        return Forgery.of(api.token(Listener.PUBLIC))
                .claim("aud", List.of("urn:quarry:job"))
                .claim("sub", "attempt:" + new UUID(0, 1))
                .claim("epoch", 1)
                .claim("serial", 1);
    }
}
