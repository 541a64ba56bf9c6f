package dev.quarry.proxy.filter;

import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.Listing;
import dev.quarry.proxy.store.StoreException;
import dev.quarry.proxy.store.StoreLister;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A lister that leaves out folders which a rule keeps from being listed: to the ledger they are not there, so that what it knows below them goes when
 * the run closes. Files are all listed; which of them are FILTERED is for whoever compares, by {@link FilteredStore#rules}.
 */
final class FilteredLister implements StoreLister {
    private final StoreLister store;
    private final FilteredStore filtered;

    FilteredLister(StoreLister store, FilteredStore filtered) {
        this.store = store;
        this.filtered = filtered;
    }

    @Override
    public Listing list(KeyBytes folder, Optional<KeyBytes> after, int max) throws StoreException {
        FilterRules rules = filtered.rules(store);
        return withoutRuledOut(folder, store.list(folder, after, max), rules.in(folder));
    }

    private Listing withoutRuledOut(KeyBytes folder, Listing page, FolderRules here) {
        List<KeyBytes> walked = new ArrayList<>();
        List<String> warnings = new ArrayList<>(page.warnings());
        warnings.addAll(filtered.untold());
        for (KeyBytes name : page.folders()) {
            Optional<String> rule = here.ofFolder(name);
            if (rule.isEmpty()) {
                walked.add(name);
            } else if (filtered.isNews(rule.get())) {
                warnings.add("folders that " + rule.get() + " rules out are not listed, such as '" + folder.folder(name)
                        + "'");
            }
        }
        return new Listing(page.files(), walked, page.next(), warnings);
    }
}
