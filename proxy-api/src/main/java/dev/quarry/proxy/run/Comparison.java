package dev.quarry.proxy.run;

import dev.quarry.proxy.filter.FilterRules;
import dev.quarry.proxy.filter.FolderRules;
import dev.quarry.proxy.lane.Lane;
import dev.quarry.proxy.lane.Lanes;
import dev.quarry.proxy.store.DisplayName;
import dev.quarry.proxy.store.Entry;
import dev.quarry.proxy.store.KeyBytes;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decides what a listed file is, by what the ledger last concluded for it. */
final class Comparison {
    /** Failures that are the file's or its size's fault: tried again only when the file or the extractors change (design.md, section 7). */
    private static final Set<String> CARRIED = Set.of(
            "CORRUPT",
            "TOO_LARGE",
            "TIMED_OUT",
            "NO_PROGRESS",
            "CRASHED",
            "EXTRACTOR_ERROR",
            "RESULT_REJECTED",
            "OUT_OF_MEMORY",
            "DISK_FULL");

    private final FilterRules filters;
    private final String extractorSet;
    private final boolean dispatches;
    private final Lanes lanes;

    private @Nullable FolderRules folderRules;

    Comparison(FilterRules filters, String extractorSet, boolean dispatches, Lanes lanes) {
        this.filters = filters;
        this.extractorSet = extractorSet;
        this.dispatches = dispatches;
        this.lanes = lanes;
    }

    Verdict of(KeyBytes folder, Entry entry, @Nullable LedgerFile known) {
        Optional<String> rule = rulesOf(folder).ofFile(entry);
        if (rule.isEmpty()) {
            rule = ruleOnContent(entry, known);
        }
        if (rule.isPresent()) {
            return Verdict.filtered(rule.get(), !isSameFiltered(rule.get(), entry, known));
        }
        if (known != null && isConcluded(entry, known)) {
            return concluded(known);
        }
        Verdict verdict = ofContent(entry);
        return known != null && !dispatches && isStillPending(entry, known, verdict) ? Verdict.stillPending() : verdict;
    }

    private Verdict ofContent(Entry entry) {
        if (entry.size() == 0) {
            return Verdict.noContent("EMPTY");
        }
        String name = DisplayName.of(entry.name());
        return lanes.route(name, entry.size())
                .map(lane -> routed(lane, name, entry))
                .orElseGet(() -> Verdict.noContent("UNSUPPORTED_TYPE"));
    }

    /** What was read once is known: it need not be read again to be filtered, or not any more. */
    private Optional<String> ruleOnContent(Entry entry, @Nullable LedgerFile known) {
        if (known == null || known.contentType() == null || !known.version().equals(entry.version())) {
            return Optional.empty();
        }
        return filters.contentTypes().broken(known.contentType());
    }

    private Verdict routed(Lane lane, String name, Entry entry) {
        if (entry.archived()) {
            return Verdict.archived(lane.name());
        }
        return tooLarge(lane, name, entry)
                .map(detail -> Verdict.tooLarge(lane.name(), detail))
                .orElseGet(() -> Verdict.pending(lane.name()));
    }

    private Optional<String> tooLarge(Lane lane, String name, Entry entry) {
        return lanes.sizes(lane.name()).tooLarge(name, entry.size());
    }

    /** Seen by an earlier run that listed only: one more of its kind has nothing to write, unless lanes have changed. */
    private static boolean isStillPending(Entry entry, LedgerFile known, Verdict verdict) {
        return verdict.kind() == Verdict.Kind.PENDING
                && known.outcome().equals("PENDING")
                && entry.version().equals(known.version())
                && Objects.equals(verdict.lane(), known.lane());
    }

    /** Files come folder by folder. */
    private FolderRules rulesOf(KeyBytes of) {
        if (folderRules == null || !folderRules.areOf(of)) {
            folderRules = filters.in(of);
        }
        return folderRules;
    }

    private static boolean isSameFiltered(String rule, Entry entry, @Nullable LedgerFile known) {
        return known != null
                && known.outcome().equals("FILTERED")
                && rule.equals(known.reason())
                && known.version().equals(entry.version())
                && !known.vanished();
    }

    private boolean isConcluded(Entry entry, LedgerFile known) {
        boolean ended = known.outcome().equals("INDEXED")
                || (known.outcome().equals("NO_CONTENT") && !isTakenNow(entry, known))
                || (known.outcome().equals("FAILED") && isCarried(entry, known));
        return ended
                && !isToBeReadForFilters(known)
                && entry.version().equals(known.version())
                && entry.version().equals(known.concludedVersion())
                && extractorSet.equals(known.concludedExtractors());
    }

    /** What no lane took is asked for again: names and sizes that lanes take are in no fingerprint. What a lane has said of a file stays said, whoever takes it now. */
    private boolean isTakenNow(Entry entry, LedgerFile known) {
        return known.lane() == null
                && "UNSUPPORTED_TYPE".equals(known.reason())
                && lanes.route(DisplayName.of(entry.name()), entry.size()).isPresent();
    }

    /** Filters ask what its content is, and nobody has told. */
    private boolean isToBeReadForFilters(LedgerFile known) {
        return known.outcome().equals("INDEXED")
                && known.contentType() == null
                && !filters.contentTypes().isEmpty();
    }

    /** What no node held is tried again once one can, and what was archived once it is not: neither is in any fingerprint. */
    private boolean isCarried(Entry entry, LedgerFile known) {
        if (!known.oversized()) {
            return CARRIED.contains(String.valueOf(known.reason()))
                    || (entry.archived() && "ARCHIVED".equals(known.reason()));
        }
        String name = DisplayName.of(entry.name());
        return lanes.route(name, entry.size())
                .flatMap(lane -> tooLarge(lane, name, entry))
                .isPresent();
    }

    private static Verdict concluded(LedgerFile known) {
        Verdict.Kind kind = known.outcome().equals("FAILED") ? Verdict.Kind.CARRIED : Verdict.Kind.UNCHANGED;
        return new Verdict(kind, known.reason(), null, null, false);
    }
}
