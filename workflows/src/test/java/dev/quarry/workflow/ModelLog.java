package dev.quarry.workflow;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What happened in the model, in order, and which invariants were broken. */
final class ModelLog {
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final List<String> broken = new CopyOnWriteArrayList<>();

    void add(String event) {
        events.add(event);
    }

    void broken(String what) {
        broken.add(what);
    }

    List<String> events() {
        return events;
    }

    List<String> brokenInvariants() {
        return broken;
    }
}
