package dev.quarry.proxy.store;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The calls of one store that have not come back yet, also those that nobody waits for any more. */
final class CallsUnderWay {
    private final Set<PendingCall<?>> calls = ConcurrentHashMap.newKeySet();

    void add(PendingCall<?> call) {
        calls.add(call);
    }

    void remove(PendingCall<?> call) {
        calls.remove(call);
    }

    /**
     * Waits for what calls become that seem to hang where a call to this folder would go.
     *
     * @throws StoreHangsException if one of them hangs
     */
    void awaitAnswersAbove(KeyBytes folder, KeyBytes what) throws StoreAwayException {
        for (PendingCall<?> other : calls) {
            if (other.hangsAbove(folder)) {
                other.awaitAnswer(what);
            }
        }
    }

    boolean hangsAtMount(KeyBytes place) {
        return calls.stream().anyMatch(call -> call.hangsAtMount(place));
    }
}
