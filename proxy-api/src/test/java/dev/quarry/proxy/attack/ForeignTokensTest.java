package dev.quarry.proxy.attack;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.listener.Listener;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** Good tokens where they are not good: of another API, another attempt, another item, an older epoch or serial, or of an attempt that is over. */
@ExtendWith(Tally.class)
class ForeignTokensTest {
    private final RunningApi api = RunningApi.shared();
    private final String worker = api.token(Listener.CONTROL);
    private final String person = api.token(Listener.PUBLIC);

    @TestFactory
    Stream<DynamicTest> ofAnotherApi() {
        Victim victim = Victim.running();
        String job = victim.token();
        Call control = Call.get(Listener.CONTROL, "/control/v1/runs/" + victim.run.id);
        Call stores = Call.get(Listener.PUBLIC, "/api/v1/stores");
        Call items = Call.get(Listener.JOB, victim.path() + "/items");
        return Attack.tests(
                Attack.of("worker's token on the job API", items.bearer(worker), 401, items.bearer(job)),
                Attack.of("person's token on the job API", items.bearer(person), 401, items.bearer(job)),
                Attack.of("job's token on the control API", control.bearer(job), 401, control.bearer(worker)),
                Attack.of("person's token on the control API", control.bearer(person), 401, control.bearer(worker)),
                Attack.of("job's token on the public API", stores.bearer(job), 401, stores.bearer(person)),
                Attack.of("worker's token on the public API", stores.bearer(worker), 401, stores.bearer(person)),
                Attack.of(
                        "the control API at the job listener",
                        control.on(Listener.JOB).bearer(worker),
                        401,
                        control.bearer(worker)),
                Attack.of(
                        "the control API at the public listener",
                        control.on(Listener.PUBLIC).bearer(worker),
                        401,
                        control.bearer(worker)),
                Attack.of(
                        "the control API at the public listener, as a person",
                        control.on(Listener.PUBLIC).bearer(person),
                        403,
                        control.bearer(worker)),
                Attack.of(
                        "the job API at the public listener, as a person",
                        items.on(Listener.PUBLIC).bearer(person),
                        403,
                        items.bearer(job)),
                Attack.of(
                        "the public API at the job listener, as a job",
                        stores.on(Listener.JOB).bearer(job),
                        403,
                        stores.bearer(person)),
                Attack.of(
                        "the public API at the control listener, as a worker",
                        stores.on(Listener.CONTROL).bearer(worker),
                        403,
                        stores.bearer(person)),
                Attack.of("claiming at the public listener", victim.claim().on(Listener.PUBLIC), 401, victim.claim()),
                Attack.of(
                        "metrics at the public listener",
                        Call.get(Listener.PUBLIC, "/actuator/prometheus").bearer(person),
                        403,
                        Call.get(Listener.CONTROL, "/actuator/prometheus")),
                Attack.of(
                        "tokens at the job listener",
                        Call.post(Listener.JOB, "/oauth2/token", "{}").bearer(job),
                        403,
                        Call.get(Listener.CONTROL, "/oauth2/jwks")));
    }

    @TestFactory
    Stream<DynamicTest> withoutItsScope() {
        Forgery person = Forgery.of(this.person);
        Call read = Call.get(Listener.PUBLIC, "/api/v1/stores");
        Call write = Call.post(Listener.PUBLIC, "/api/v1/stores/nowhere-at-all/check", "{}");
        Victim victim = Victim.running();
        Call pause = Call.post(Listener.PUBLIC, "/api/v1/runs/" + victim.run.id + "/pause", "{}");
        Call control = Call.get(Listener.CONTROL, "/control/v1/runs/" + victim.run.id);
        return Attack.tests(
                Attack.of(
                        "reading with the scope to write",
                        read.bearer(person.claim("scope", java.util.List.of("write"))
                                .signed()),
                        403,
                        read.bearer(
                                person.claim("scope", java.util.List.of("read")).signed())),
                Attack.of(
                        "writing with the scope to read",
                        pause.bearer(
                                person.claim("scope", java.util.List.of("read")).signed()),
                        403,
                        pause.bearer(person.claim("scope", java.util.List.of("write"))
                                .signed())),
                Attack.of(
                        "reading without a scope",
                        read.bearer(person.claim("scope", null).signed()),
                        403,
                        read.bearer(person.signed())),
                Attack.of(
                        "reading without a tenant",
                        read.bearer(person.claim("tenant", null).signed()),
                        401,
                        read.bearer(person.signed())),
                Attack.of(
                        "a worker without its scope",
                        control.bearer(Forgery.of(worker).claim("scope", null).signed()),
                        403,
                        control.bearer(Forgery.of(worker).signed())),
                Attack.of("a store that is not there", write.bearer(this.person), 404, read.bearer(this.person)));
    }

    @TestFactory
    Stream<DynamicTest> ofAnotherAttempt() {
        Victim one = Victim.running();
        Victim two = Victim.running();
        return Attack.tests(
                Attack.of("reading its items", two.itemsWith(one.token()), 404, two.items()),
                Attack.of(
                        "reading its content",
                        Call.get(Listener.JOB, two.path() + "/items/0/content").bearer(one.token()),
                        404,
                        two.content(0)),
                Attack.of(
                        "writing its results",
                        Call.of(Listener.JOB, "POST", two.path() + "/results")
                                .lines(Victim.started(0))
                                .bearer(one.token()),
                        404,
                        two.results(Victim.started(0))),
                Attack.of(
                        "putting an artifact",
                        Call.of(Listener.JOB, "PUT", two.path() + "/items/0/artifacts/noop/a")
                                .sending(new byte[] {1})
                                .bearer(one.token()),
                        404,
                        two.artifact(0, "a")),
                Attack.of(
                        "renewing it",
                        Call.post(Listener.JOB, two.path() + "/renew", "{}").bearer(one.token()),
                        404,
                        two.renew()),
                Attack.of(
                        "an attempt that is not there",
                        two.items().to("/v1/attempts/" + UUID.randomUUID() + "/items"),
                        404,
                        two.items()),
                Attack.of("an attempt that is no id", two.items().to("/v1/attempts/x/items"), 422, two.items()),
                Attack.of(
                        "the tenant of the token is another",
                        two.itemsWith(Forgery.of(two.token())
                                .claim("tenant", UUID.randomUUID().toString())
                                .signed()),
                        404,
                        two.items()));
    }

    @TestFactory
    Stream<DynamicTest> ofAnItemThatIsNotThere() {
        Victim victim = Victim.running();
        Call good = victim.content(1);
        return Attack.tests(
                Attack.of("the next item", victim.content(Victim.FILES), 404, good),
                Attack.of("a negative item", victim.content(-1), 422, good),
                Attack.of("an item beyond 32 bits", victim.content("99999999999"), 422, good),
                Attack.of("an item that wraps around to 1", victim.content("4294967297"), 422, good),
                Attack.of("a fraction of an item", victim.content("1.0"), 422, good),
                Attack.of("an item with a leading zero", victim.content("01"), 422, good),
                Attack.of("an item in hexadecimal", victim.content("0x1"), 422, good),
                Attack.of("an item with a sign", victim.content("+1"), 422, good),
                Attack.of("an item in other digits", victim.content("%D9%A1"), 422, good),
                Attack.of("an item with a space", victim.content("%201"), 422, good),
                Attack.of("an item that is text", victim.content("first"), 422, good),
                Attack.of(
                        "an artifact of the next item",
                        victim.artifact(Victim.FILES, "a"),
                        404,
                        victim.artifact(1, "a")),
                Attack.of("an artifact of a negative item", victim.artifact(-1, "a"), 422, victim.artifact(1, "a")));
    }

    @TestFactory
    Stream<DynamicTest> ofAnOlderSerial() {
        Victim victim = Victim.running();
        String first = victim.token();
        String second = victim.renew().send().text("access_token");
        String third = Call.post(Listener.JOB, victim.path() + "/renew", "{}")
                .bearer(second)
                .send()
                .text("access_token");
        Call results = Call.of(Listener.JOB, "POST", victim.path() + "/results").lines(Victim.started(0));
        Call renew = Call.post(Listener.JOB, victim.path() + "/renew", "{}");
        return Attack.tests(
                Attack.of("two behind, reading items", victim.itemsWith(first), 401, victim.itemsWith(second)),
                Attack.of("two behind, writing results", results.bearer(first), 401, results.bearer(third)),
                Attack.of("two behind, renewing", renew.bearer(first), 401, renew.bearer(second)));
    }

    /** A zombie: an agent whose job was given up goes on and comes late. */
    @TestFactory
    Stream<DynamicTest> ofAnOlderEpoch() {
        Victim zombie = Victim.running();
        Victim next = zombie.next();
        String disguised = Forgery.of(zombie.token())
                .claim("sub", "attempt:" + next.attempt)
                .signed();
        return Stream.concat(
                refusedEverywhere("a zombie", zombie, next),
                Attack.tests(Attack.of(
                        "a zombie with the next attempt's name", next.itemsWith(disguised), 401, next.items())));
    }

    @TestFactory
    Stream<DynamicTest> afterItsAttemptsEnd() {
        return Stream.of(
                        over("settled after its own exit", victim -> victim.settle("SUCCEEDED", 0)),
                        over("settled after a crash", victim -> victim.settle("FAILED", 137)),
                        over("cancelled", Victim::cancel),
                        over("past its hard deadline", victim -> victim.change("hard_deadline = now()")),
                        over(
                                "claimed twice",
                                victim -> Victim.claim(
                                                victim.ticket, UUID.randomUUID().toString())
                                        .send()))
                .flatMap(Supplier::get);
    }

    private static Supplier<Stream<DynamicTest>> over(String how, java.util.function.Consumer<Victim> end) {
        return () -> {
            Victim victim = Victim.running();
            end.accept(victim);
            return refusedEverywhere(how, victim, Victim.running());
        };
    }

    /** Every call of an agent, with the same call of one whose attempt runs as its twin. */
    private static Stream<DynamicTest> refusedEverywhere(String who, Victim over, Victim running) {
        return Attack.tests(
                Attack.of(who + " reads items", over.items(), 410, running.items()),
                Attack.of(who + " reads content", over.content(0), 410, running.content(0)),
                Attack.of(who + " writes results", over.results(Victim.done(0)), 410, running.results(Victim.done(0))),
                Attack.of(who + " puts an artifact", over.artifact(0, "a"), 410, running.artifact(0, "a")),
                Attack.of(who + " renews", over.renew(), 410, running.renew()),
                Attack.of(who + " claims again", over.claim(), 410, running.claim()));
    }
}
