package dev.quarry.proxy.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.RunningApi.Answer;
import dev.quarry.proxy.run.TestStore;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnchangedAnswersTest {
    private final RunningApi api = RunningApi.shared();
    private final TestStore store = new TestStore();

    @Test
    void whatIsAsItWasIsNotSentAgainAndWhatChangedIs() {
        store.write("a.txt", "words");
        TestStore.TestRun run = store.open();
        String path = "/api/v1/runs/" + run.id;
        Answer first = ask(path, "\"none\"");
        assertThat(first.status()).isEqualTo(200);
        Answer again = ask(path, etag(first));
        assertThat(again.status()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        run.complete();
        Answer changed = ask(path, etag(first));
        assertThat(changed.status()).isEqualTo(200);
        assertThat(changed.json().get("state").asString()).isEqualTo("COMPLETED");
        String file = TestStore.people("/api/v1/stores/" + store.name + "/files")
                .json()
                .get("files")
                .get(0)
                .get("file")
                .asString();
        for (String other : List.of("/api/v1/files/" + file, "/api/v1/stores/" + store.name)) {
            assertThat(ask(other, etag(ask(other, "\"none\""))).status())
                    .as(other)
                    .isEqualTo(304);
        }
    }

    @Test
    void whoMayNotSeeItLearnsNothingByItsEtag() {
        String path = "/api/v1/stores/" + store.name;
        String etag = etag(ask(path, "\"none\""));
        assertThat(api.send(api.request(Listener.PUBLIC, "", path)
                                .header("If-None-Match", etag)
                                .build())
                        .status())
                .isEqualTo(401);
    }

    private Answer ask(String path, String known) {
        return api.send(api.request(Listener.PUBLIC, api.token(Listener.PUBLIC), path)
                .header("If-None-Match", known)
                .build());
    }

    private static String etag(Answer answer) {
        return answer.response().headers().firstValue("ETag").orElseThrow();
    }
}
