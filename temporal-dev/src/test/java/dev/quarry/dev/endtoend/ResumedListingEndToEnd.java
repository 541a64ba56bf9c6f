package dev.quarry.dev.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.dev.client.RunTotals;
import dev.quarry.postgres.FileTree;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code kill -9} of the API in the middle of a large listing, when it has listed as much as it ever does without having committed it. */
@ExtendWith(SharedStack.class)
@Timeout(1_200)
class ResumedListingEndToEnd {
    /** {@code -Dquarry.resume.files=1000000} for the whole of it, by hand. */
    private static final int FILES = Integer.getInteger("quarry.resume.files", 100_000);

    private static final int FOLDERS = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(60 + FILES / 2_000);
    /** The API's default. */
    private static final int PAGE = 1_000;

    private static final Pattern COUNTED = Pattern.compile("(?m)^quarry_listing_files_total(?:\\{.*})? (\\S+)$");

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void atMostAPageOfEachOpenScopeIsListedAgain(TestStack stack) throws Exception {
        TestStore store = stack.store("resumed");
        fill(store.folder());
        long before = counted(stack);
        RunTotals run = store.begin(false);
        TestStore.await("a fifth of the files", PATIENCE, () -> listed(stack, run) >= FILES / 5);
        long first;
        long committed;
        long open;
        try (Connection held = stack.ledger().holding(run.run())) {
            first = settled(stack) - before;
            committed = listed(stack, run);
            open = stack.ledger()
                    .number("select count(*) from quarry.scope where run = ?::uuid and state = 'OPEN'", run.run());
            stack.parts().api().kill();
            held.rollback();
        }
        stack.parts().api().start();
        TestStore.await(
                "the listing's end", PATIENCE, () -> !stack.api().run(run.run()).isLive());
        long second = counted(stack);
        long again = first + second - FILES;
        long lost = first - committed;
        System.out.println("resumed: of " + FILES + " files " + committed + " were committed and " + first
                + " listed at the kill, with " + open + " scopes open; " + again + " were listed again");
        assertThat(committed).isBetween(FILES / 5L, FILES - 1L);
        assertThat(second).as("listed after the kill").isEqualTo(FILES - committed);
        // No fewer scopes than there are listings at once: others begin while what is listed waits for its commit.
        assertThat(again).isEqualTo(lost).isPositive().isLessThanOrEqualTo(PAGE * open);
        everyFileIsThereOnce(stack, store, stack.api().run(run.run()));
        FileTree.delete(store.folder());
    }

    private static void fill(Path root) throws IOException {
        for (int folder = 0; folder < FOLDERS; folder++) {
            Path parent = Files.createDirectory(root.resolve("d" + folder));
            for (int file = folder; file < FILES; file += FOLDERS) {
                Files.writeString(parent.resolve(String.format("f%07d.txt", file)), "file " + file);
            }
        }
    }

    private static void everyFileIsThereOnce(TestStack stack, TestStore store, RunTotals totals) {
        assertThat(totals.balanced()).as(totals.json().toString()).isTrue();
        assertThat(totals.count("listed")).isEqualTo(FILES);
        assertThat(totals.count("pending")).isEqualTo(FILES);
        assertThat(stack.ledger()
                        .number(
                                "select count(distinct f.key) from quarry.file f join quarry.store s on s.id = f.store where s.name = ?",
                                store.name()))
                .isEqualTo(FILES);
        assertThat(stack.ledger()
                        .number("select sum(entries)::bigint from quarry.scope where run = ?::uuid", totals.run()))
                .isEqualTo(FILES);
        assertThat(stack.ledger()
                        .number(
                                "select count(*) from quarry.scope where run = ?::uuid and state <> 'COMPLETE'",
                                totals.run()))
                .isZero();
    }

    private static long listed(TestStack stack, RunTotals run) {
        return stack.ledger().number("select listed from quarry.run where id = ?::uuid", run.run());
    }

    /** What the API counts once it waits for its commit and lists no more. */
    private long settled(TestStack stack) throws Exception {
        long[] last = {-1, 0};
        TestStore.await("the listing to stand still", PATIENCE, () -> {
            long now = counted(stack);
            last[1] = now == last[0] ? last[1] + 1 : 0;
            last[0] = now;
            return last[1] == 10;
        });
        return last[0];
    }

    /** Files in pages that this process of the API was given by any store. */
    private long counted(TestStack stack) throws IOException, InterruptedException {
        URI metrics = stack.controlProxy().upstream().resolve("/actuator/prometheus");
        String answer = http.send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString())
                .body();
        Matcher found = COUNTED.matcher(answer);
        assertThat(found.find()).as(answer).isTrue();
        return (long) Double.parseDouble(found.group(1));
    }
}
