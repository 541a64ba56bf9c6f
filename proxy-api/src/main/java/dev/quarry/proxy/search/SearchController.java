package dev.quarry.proxy.search;

import dev.quarry.proxy.account.Role;
import dev.quarry.proxy.account.RoleNeeded;
import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.store.Store;
import dev.quarry.proxy.store.StoreRepository;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
class SearchController {
    private static final int LONGEST = 1_000;
    private static final int MOST = 200;

    private final TenantTransactions transactions;
    private final StoreRepository stores;
    private final SearchDocuments documents;

    SearchController(TenantTransactions transactions, StoreRepository stores, SearchDocuments documents) {
        this.transactions = transactions;
        this.stores = stores;
        this.documents = documents;
    }

    @GetMapping("/api/v1/search")
    @RoleNeeded(Role.VIEWER)
    SearchAnswer search(
            TenantId tenant,
            @RequestParam String q,
            @RequestParam(required = false) @Nullable String store,
            @RequestParam(defaultValue = "20") int limit) {
        if (q.isBlank() || q.length() > LONGEST || q.chars().anyMatch(Character::isISOControl)) {
            throw Problem.invalid(
                    "invalid_query", "q must hold 1 to " + LONGEST + " characters, none a control character");
        }
        if (limit < 1 || limit > MOST) {
            throw Problem.invalid("invalid_limit", "limit must be from 1 to " + MOST + ", got " + limit);
        }
        return transactions.in(tenant, () -> answer(tenant, q, store, limit));
    }

    private SearchAnswer answer(TenantId tenant, String query, @Nullable String store, int limit) {
        List<Store> searched = store == null ? stores.all(tenant) : List.of(stores.get(tenant, store));
        Map<UUID, String> names = searched.stream().collect(Collectors.toMap(Store::id, Store::name));
        List<SearchDocuments.Hit> hits = documents.search(query, names.keySet(), limit + 1);
        List<SearchDocuments.Hit> page = hits.size() > limit ? hits.subList(0, limit) : hits;
        Map<UUID, String> excerpts = documents.excerpts(
                tenant, query, page.stream().map(SearchDocuments.Hit::file).toList());
        return new SearchAnswer(
                page.stream()
                        .map(hit -> new SearchHit(
                                hit.file(),
                                names.getOrDefault(hit.store(), ""),
                                hit.name(),
                                hit.path(),
                                hit.mediaType(),
                                excerpts.get(hit.file())))
                        .toList(),
                hits.size() > limit);
    }

    record SearchAnswer(List<SearchHit> hits, boolean more) {}

    /** @param excerpt plain text; matched words between U+0002 and U+0003; null if the match is not in the beginning of a text */
    record SearchHit(
            UUID file,
            String store,
            String name,
            String path,
            @Nullable String mediaType,
            @Nullable String excerpt) {}
}
