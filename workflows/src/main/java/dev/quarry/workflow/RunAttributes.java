package dev.quarry.workflow;

import io.temporal.common.SearchAttributeKey;
import io.temporal.common.SearchAttributeUpdate;
import io.temporal.workflow.Workflow;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The search attributes of a run. They are for operators; nothing that Quarry shows depends on them. The generation is a Keyword: the
 * dev server (SQLite) takes at most three of type Int in a namespace.
 */
final class RunAttributes {
    private static final SearchAttributeKey<String> TENANT = SearchAttributeKey.forKeyword("TenantId");
    private static final SearchAttributeKey<String> STORE = SearchAttributeKey.forKeyword("StoreId");
    private static final SearchAttributeKey<String> PHASE = SearchAttributeKey.forKeyword("RunPhase");
    private static final SearchAttributeKey<String> GENERATION = SearchAttributeKey.forKeyword("Generation");
    private static final SearchAttributeKey<Long> LISTED = SearchAttributeKey.forLong("FilesListed");
    private static final SearchAttributeKey<Long> DONE = SearchAttributeKey.forLong("FilesDone");
    private static final SearchAttributeKey<Long> FAILED = SearchAttributeKey.forLong("FilesFailed");

    static void show(OpenedRun run, Phase phase, @Nullable RunTotals totals) {
        List<SearchAttributeUpdate<?>> updates = new ArrayList<>(List.of(
                TENANT.valueSet(run.tenant()),
                STORE.valueSet(run.store()),
                PHASE.valueSet(phase.name()),
                GENERATION.valueSet(Long.toString(run.generation()))));
        if (totals != null) {
            updates.add(LISTED.valueSet(totals.listed()));
            updates.add(DONE.valueSet(totals.listed() - totals.pending()));
            updates.add(FAILED.valueSet(totals.failed()));
        }
        Workflow.upsertTypedSearchAttributes(updates.toArray(new SearchAttributeUpdate<?>[0]));
    }

    private RunAttributes() {}
}
