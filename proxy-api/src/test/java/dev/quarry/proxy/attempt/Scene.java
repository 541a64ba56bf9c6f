package dev.quarry.proxy.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One unit with everybody who acts on it: a worker, jobs with their agents (old ones stay as zombies), a thief who reads job specs, a watchdog. A job's exit code
 * follows from what its agent lived through, as protocol.md, section 1, demands of agents.
 */
final class Scene {
    private static final String STOLEN = "stolen";

    /** A job as its scheduler and its agent see it. */
    private static final class Job {
        final UUID request;
        final Agent agent;
        final boolean ticketPrivate;
        final String attempt;
        final String id;
        volatile boolean endKnown;
        boolean heldToken;
        boolean refused;
        boolean ended;

        @Nullable
        Integer exit;

        Job(UUID request, JsonNode opened, boolean ticketPrivate) {
            this.request = request;
            this.agent = new Agent(opened);
            this.ticketPrivate = ticketPrivate;
            this.attempt = opened.get("attempt").get("attempt").asString();
            this.id = opened.get("attempt").get("jobId").asString();
        }
    }

    private final Unit unit = Unit.of(3);
    private final boolean ticketPrivate;
    private final List<Job> jobs = new ArrayList<>();
    private final List<UUID> requests = new ArrayList<>();
    private int after;

    Scene(boolean ticketPrivate) {
        this.ticketPrivate = ticketPrivate;
    }

    void open() {
        open(after);
    }

    /** Another execution, which has read the unit's epoch: the workflow that a watchdog has started again. */
    void openAnother() {
        open(unit.epoch());
    }

    private void open(int epoch) {
        UUID request = UUID.randomUUID();
        requests.add(request);
        JsonNode answer = unit.open(request, epoch, null, ticketPrivate);
        switch (answer.get("answer").asString()) {
            case "OPEN" -> {
                jobs.add(new Job(request, answer, ticketPrivate));
                after = answer.get("epoch").asInt();
            }
            case "STALE", "EMPTY" -> after = answer.get("epoch").asInt();
            default -> assertThat(answer.get("answer").asString()).isIn("DONE", "REFUSED", "RUN_CLOSED");
        }
    }

    /** The reply was lost: the same request once more, perhaps much later. */
    void openAgain(int which) {
        if (!requests.isEmpty()) {
            JsonNode answer = unit.open(pick(requests, which), 0, null, ticketPrivate);
            assertThat(answer.get("answer").asString()).isIn("OPEN", "CLOSED", "DONE", "STALE", "EMPTY", "RUN_CLOSED");
        }
    }

    void handle(int which) {
        job(
                which,
                job -> assertThat(unit.handle(job.attempt, "handle").status()).isIn(204, 410));
    }

    void claim(int which) {
        job(which, job -> {
            int status = job.agent.claim().status();
            job.heldToken |= status == 200;
            job.refused |= status == 409 || status == 410;
        });
    }

    void steal(int which) {
        job(which, job -> {
            if (!job.ticketPrivate) {
                Agent thief = job.agent.thief();
                if (thief.claim().status() == 200) {
                    thief.results(Agent.extraction(0, STOLEN), "{\"type\":\"done\",\"n\":0,\"outcome\":\"INDEXED\"}");
                }
            }
        });
    }

    void started(int which, int n) {
        job(which, job -> {
            if (job.heldToken && !job.ended) {
                job.agent.started(n);
            }
        });
    }

    /** Zombies too: an agent whose job was given up goes on, and may come late. */
    void done(int which, int n) {
        job(which, job -> {
            if (job.heldToken) {
                assertThat(job.agent.done(n).status()).isIn(200, 401, 410);
            }
        });
    }

    void renew(int which) {
        job(which, job -> {
            if (job.heldToken) {
                Answer renewed = job.agent.renew();
                if (renewed.status() == 200) {
                    job.agent.use(renewed.json().get("access_token").asString());
                }
            }
        });
    }

    void exit(int which) {
        job(which, job -> {
            if (!job.ended) {
                job.ended = true;
                job.exit = job.heldToken ? Integer.valueOf(23) : job.refused ? 10 : 11;
            }
        });
    }

    void crash(int which) {
        job(which, job -> {
            if (!job.ended) {
                job.ended = true;
                job.exit = 137;
            }
        });
    }

    void settle(int which) {
        job(which, job -> {
            boolean ended = job.ended;
            settled(unit.settle(job.request, ended ? "FAILED" : "LOST", ended ? job.exit : null));
            job.endKnown |= ended;
        });
    }

    /** The watchdog, with what it last read; another one may have been faster. */
    void fence(int epoch) {
        unit.fence(epoch);
    }

    void concludeStale() {
        unit.conclude(List.of(0), Math.max(0, after - 1), "CRASHED");
    }

    /** The workflow was cancelled; nothing is missing any more. */
    void concludeAny() {
        assertThat(unit.conclude(null, null, "CANCELLED").get("done").asBoolean())
                .isTrue();
    }

    void closeRun() {
        while (!unit.closeRun().get("finished").asBoolean()) {
            check();
        }
    }

    /** Plays the workflow to its end, without faults; whatever happened before, the unit must end. */
    void finish() {
        for (int i = 0; i < 20 && !unit.done(); i++) {
            int before = jobs.size();
            open();
            if (jobs.size() > before) {
                Job job = jobs.get(jobs.size() - 1);
                job.heldToken = job.agent.claim().status() == 200;
                for (String line : job.agent.items().body().lines().toList()) {
                    job.agent.done(dev.quarry.proxy.RunningApi.JSON
                            .readTree(line)
                            .get("n")
                            .asInt());
                }
                settled(unit.settle(job.request, "SUCCEEDED", 0));
                job.endKnown = true;
            }
        }
        assertThat(unit.done()).as("the unit ends").isTrue();
        assertThat(unit.outcomes()).doesNotContain("missing");
        check();
        everyJobWhoseEndIsUnknownIsToldToStop();
    }

    /** protocol.md, section 6, number 4: by the last answer, and by the run's end. */
    private void everyJobWhoseEndIsUnknownIsToldToStop() {
        List<String> unknown =
                jobs.stream().filter(job -> !job.endKnown).map(job -> job.id).toList();
        assertThat(stopList(unit.conclude(null, null, "CANCELLED"))).containsExactlyInAnyOrderElementsOf(unknown);
        closeRun();
        assertThat(stopList(unit.closeRun())).containsExactlyInAnyOrderElementsOf(unknown);
    }

    private static List<String> stopList(JsonNode answer) {
        return answer.get("stopList")
                .valueStream()
                .map(job -> job.get("jobId").asString())
                .toList();
    }

    void check() {
        assertThat(unit.violations()).isEmpty();
        assertThat(unit.db()
                        .sql("select count(*) from quarry.extraction where tenant = ? and counts and text = ?")
                        .params(unit.tenant, STOLEN)
                        .query(Integer.class)
                        .single())
                .as("a thief's results never count")
                .isZero();
    }

    private void settled(JsonNode answer) {
        after = Math.max(after, answer.get("epoch").asInt());
    }

    private void job(int which, java.util.function.Consumer<Job> action) {
        if (!jobs.isEmpty()) {
            action.accept(pick(jobs, which));
        }
    }

    /** 0 is the newest. */
    private static <T> T pick(List<T> all, int which) {
        return all.get(all.size() - 1 - which % all.size());
    }
}
