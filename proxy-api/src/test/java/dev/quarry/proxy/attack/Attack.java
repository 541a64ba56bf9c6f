package dev.quarry.proxy.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * What must be refused, with exactly this status, and its twin, which differs in nothing but the attacked property and succeeds.
 * The twin comes after the attack: so an attack that was refused has done no harm either.
 */
record Attack(String name, Supplier<Reply> request, int expected, Supplier<Reply> twin) {
    static Attack of(String name, Call request, int expected, Call twin) {
        return new Attack(name, request::send, expected, twin::send);
    }

    static Stream<DynamicTest> tests(Attack... attacks) {
        return Arrays.stream(attacks)
                .map(attack -> DynamicTest.dynamicTest(attack.name + " -> " + attack.expected, attack::run));
    }

    private void run() {
        Reply reply = request.get();
        Tally.count(name, reply);
        assertThat(reply.status()).as(name + ": " + reply.body()).isEqualTo(expected);
        Reply succeeds = twin.get();
        assertThat(succeeds.succeeded()).as("twin of " + name + ": " + succeeds).isTrue();
    }
}
