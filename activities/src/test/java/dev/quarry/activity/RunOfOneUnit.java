package dev.quarry.activity;

import dev.quarry.activity.control.Answers;
import dev.quarry.activity.control.ControlServer;
import dev.quarry.activity.control.ControlServer.Answer;
import java.util.concurrent.CountDownLatch;

/** How the API answers in a run of one unit, which one job does. */
final class RunOfOneUnit implements ControlServer.Script {
    private volatile boolean claimed;
    private volatile CountDownLatch listed = new CountDownLatch(0);

    /** From now on the unit's attempt runs. */
    void claimed() {
        claimed = true;
    }

    /** From now on a listing lasts until the latch is counted down. */
    CountDownLatch advanceWaits() {
        listed = new CountDownLatch(1);
        return listed;
    }

    @Override
    public Answer answer(String method, String path, String body) {
        if (path.endsWith("/advance")) {
            awaitListed();
            return Answer.ok(Answers.totals(true));
        }
        if (path.endsWith("/units")) {
            String units = Answers.units()
                    .replace("\"unpacked\":2,\"listingComplete\":false", "\"unpacked\":0,\"listingComplete\":true");
            return Answer.ok(units);
        }
        if (path.endsWith("/attempts")) {
            String open = claimed ? Answers.open("RUNNING", false, "[]") : Answers.open("PENDING", false, "[]");
            return Answer.ok(open);
        }
        if (path.endsWith("/handle")) {
            return new Answer(204, "");
        }
        if (path.endsWith("/attempts/read")) {
            return Answer.ok(Answers.attemptState("RUNNING", 0));
        }
        if (path.endsWith("/settle")) {
            return Answer.ok(
                    "{\"epoch\":1,\"done\":true,\"proven\":true,\"missing\":[],\"suspects\":[],\"putBack\":[],\"stopList\":[]}");
        }
        if (path.endsWith("/close")) {
            return Answer.ok(
                    "{\"finished\":true,\"waits\":false,\"totals\":" + Answers.totals(true) + ",\"stopList\":[]}");
        }
        return Answer.ok(path.endsWith("/runs") ? Answers.run() : Answers.totals(true));
    }

    private void awaitListed() {
        try {
            listed.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException("the test is over", e);
        }
    }
}
