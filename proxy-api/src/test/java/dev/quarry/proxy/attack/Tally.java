package dev.quarry.proxy.attack;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Counts the attacks of all classes, and says at the end of the test run what became of them; one let through fails it. */
final class Tally implements BeforeAllCallback {
    private static final List<Reply> TRIED = Collections.synchronizedList(new ArrayList<>());
    private static final List<String> LET_THROUGH = Collections.synchronizedList(new ArrayList<>());

    static void count(String attack, Reply reply) {
        TRIED.add(reply);
        if (reply.succeeded()) {
            LET_THROUGH.add(attack);
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        context.getRoot().getStore(ExtensionContext.Namespace.GLOBAL).computeIfAbsent(Tally.class, key ->
                (AutoCloseable) Tally::sum);
    }

    private static void sum() {
        System.out.printf(
                "attacks: %d tried, %d refused, %d let through%n",
                TRIED.size(), TRIED.size() - LET_THROUGH.size(), LET_THROUGH.size());
        if (!LET_THROUGH.isEmpty()) {
            throw new AssertionError("let through: " + LET_THROUGH);
        }
    }
}
