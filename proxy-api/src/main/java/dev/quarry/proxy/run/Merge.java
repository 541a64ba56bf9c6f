package dev.quarry.proxy.run;

import dev.quarry.proxy.filter.FilterRules;
import dev.quarry.proxy.run.Ledger.LedgerFolder;
import dev.quarry.proxy.run.ScopePage.ScopeId;
import dev.quarry.proxy.store.Entry;
import dev.quarry.proxy.store.KeyBytes;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Walks pages and the ledger's same ranges side by side, both in the order of names. */
final class Merge {
    private final Function<FilterRules, Comparison> comparisons;
    private final Changes changes = new Changes();

    /** @param comparisons by the rules of each page */
    Merge(Function<FilterRules, Comparison> comparisons) {
        this.comparisons = comparisons;
    }

    Changes of(List<ScopePage> pages, Map<ScopeId, List<LedgerFile>> files, Map<ScopeId, List<LedgerFolder>> folders) {
        for (ScopePage page : pages) {
            if (page.failure().isEmpty()) {
                mergeFiles(page, files.getOrDefault(page.scope().id(), List.of()));
                mergeFolders(page, folders.getOrDefault(page.scope().id(), List.of()));
            }
        }
        return changes;
    }

    /** Pages of named keys only: what is known and not in them was not looked at. */
    Changes ofNamed(List<ScopePage> pages, Map<ScopeId, List<LedgerFile>> files) {
        of(pages, files, Map.of());
        changes.vanished.clear();
        return changes;
    }

    private void mergeFiles(ScopePage page, List<LedgerFile> known) {
        Comparison comparison = comparisons.apply(page.rules());
        int at = 0;
        for (Entry entry : page.listing().files()) {
            while (at < known.size() && known.get(at).name().compareTo(entry.name()) < 0) {
                changes.vanished.add(known.get(at++).id());
            }
            boolean same = at < known.size() && known.get(at).name().equals(entry.name());
            mergeFile(page, comparison, entry, same ? known.get(at++) : null);
        }
        while (at < known.size()) {
            changes.vanished.add(known.get(at++).id());
        }
    }

    private void mergeFile(ScopePage page, Comparison comparison, Entry entry, @Nullable LedgerFile known) {
        Verdict verdict = comparison.of(page.path(), entry, known);
        changes.count(entry, verdict.kind());
        if (verdict.write()) {
            boolean isNew = known == null || known.concludedVersion() == null;
            changes.written.add(new Changes.Written(page.folder(), page.path(), entry, verdict, isNew));
        } else if (known != null && known.vanished()) {
            changes.reappeared.add(known.id());
        }
    }

    private void mergeFolders(ScopePage page, List<LedgerFolder> known) {
        int at = 0;
        for (KeyBytes name : page.listing().folders()) {
            while (at < known.size() && known.get(at).name().compareTo(name) < 0) {
                changes.vanishedFolders.add(known.get(at++).id());
            }
            if (at < known.size() && known.get(at).name().equals(name)) {
                at++;
            }
            changes.folders.add(new Changes.Child(page.folder(), page.path().folder(name), name));
        }
        while (at < known.size()) {
            changes.vanishedFolders.add(known.get(at++).id());
        }
    }
}
