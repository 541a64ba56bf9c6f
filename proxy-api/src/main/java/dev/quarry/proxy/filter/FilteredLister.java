package dev.quarry.proxy.filter;

import dev.quarry.proxy.store.ForwardingStoreLister;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.Listing;
import dev.quarry.proxy.store.StoreException;
import dev.quarry.proxy.store.StoreLister;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A lister that leaves out folders which a rule keeps from being listed: to the ledger they are not there, so that what it knows below them goes when
 * the run closes. Files are all listed; which of them are FILTERED is for whoever compares. A folder that is ruled out is as good a border as any.
 */
final class FilteredLister extends ForwardingStoreLister {
    private final WalkRules rules;

    FilteredLister(StoreLister store, WalkRules rules) {
        super(store);
        this.rules = rules;
    }

    @Override
    public Listing list(KeyBytes folder, Optional<KeyBytes> after, int max) throws StoreException {
        FolderRules here = rules.of(store).in(folder);
        Listing page = store.list(folder, after, max);
        List<KeyBytes> walked = new ArrayList<>();
        List<String> warnings = new ArrayList<>(page.warnings());
        warnings.addAll(rules.untold());
        for (KeyBytes name : page.folders()) {
            Optional<String> rule = here.ofFolder(name);
            if (rule.isEmpty()) {
                walked.add(name);
            } else if (rules.isFirst(rule.get())) {
                warnings.add("folders that " + rule.get() + " rules out are not listed, such as '" + folder.folder(name)
                        + "'");
            }
        }
        return new Listing(page.files(), walked, page.next(), warnings);
    }
}
