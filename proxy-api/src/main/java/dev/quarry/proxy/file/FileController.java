package dev.quarry.proxy.file;

import dev.quarry.proxy.account.Role;
import dev.quarry.proxy.account.RoleNeeded;
import dev.quarry.proxy.file.FileRepository.FolderRow;
import dev.quarry.proxy.file.FileRepository.OutcomeKind;
import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.StoreRepository;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1")
class FileController {
    private static final int MOST = 1_000;
    private static final UUID LOWEST = new UUID(0, 0);

    private final TenantTransactions transactions;
    private final StoreRepository stores;
    private final FileRepository files;
    private final FileDetails details;

    FileController(TenantTransactions transactions, StoreRepository stores, FileRepository files, FileDetails details) {
        this.transactions = transactions;
        this.stores = stores;
        this.files = files;
        this.details = details;
    }

    @GetMapping("/stores/{store}/files")
    @RoleNeeded(Role.VIEWER)
    FilePage list(
            TenantId tenant,
            @PathVariable String store,
            @RequestParam(required = false) @Nullable UUID folder,
            @RequestParam(required = false) @Nullable OutcomeKind outcome,
            @RequestParam(required = false) @Nullable String after,
            @RequestParam(defaultValue = "100") int limit) {
        if (limit < 1 || limit > MOST) {
            throw Problem.invalid("invalid_limit", "limit must be from 1 to " + MOST + ", got " + limit);
        }
        return transactions.in(tenant, () -> {
            UUID id = stores.get(tenant, store).id();
            return outcome == null
                    ? byFolder(tenant, id, folder, PageToken.parse(after, PageToken.START), limit)
                    : byOutcome(tenant, id, outcome, PageToken.parse(after, PageToken.OUTCOMES), limit);
        });
    }

    private FilePage byFolder(TenantId tenant, UUID store, @Nullable UUID folder, PageToken from, int limit) {
        if (folder != null && !files.isFolder(tenant, store, folder)) {
            throw Problem.notFound("folder", folder);
        }
        List<UUID> parent = folder == null ? files.rootFolder(tenant, store) : List.of(folder);
        if (parent.isEmpty()) {
            return new FilePage(List.of(), List.of(), null);
        }
        boolean inFolders = from.kind() == PageToken.Kind.FOLDERS;
        List<FolderRow> folders = inFolders ? files.folders(tenant, parent.get(0), from.after(), limit + 1) : List.of();
        if (folders.size() > limit) {
            List<FolderRow> page = folders.subList(0, limit);
            return new FilePage(
                    views(page),
                    List.of(),
                    new PageToken(
                                    PageToken.Kind.FOLDERS,
                                    page.get(limit - 1).name().successor())
                            .toString());
        }
        int room = limit - folders.size();
        List<FileRow> rows = files.files(tenant, parent.get(0), inFolders ? KeyBytes.EMPTY : from.after(), room + 1);
        boolean more = rows.size() > room;
        List<FileRow> page = more ? rows.subList(0, room) : rows;
        KeyBytes last = page.isEmpty()
                ? KeyBytes.EMPTY
                : page.get(page.size() - 1).nameBytes().successor();
        return new FilePage(views(folders), page, more ? new PageToken(PageToken.Kind.FILES, last).toString() : null);
    }

    private FilePage byOutcome(TenantId tenant, UUID store, OutcomeKind outcome, PageToken from, int limit) {
        FileRepository.OutcomePage page = files.filesOf(tenant, store, outcome, id(from), limit);
        UUID next = page.next();
        return new FilePage(
                List.of(),
                page.files(),
                next == null ? null : new PageToken(PageToken.Kind.OUTCOME, KeyBytes.utf8(next.toString())).toString());
    }

    private static UUID id(PageToken from) {
        if (from.after().isEmpty()) {
            return LOWEST;
        }
        try {
            return UUID.fromString(new String(from.after().bytes(), StandardCharsets.US_ASCII));
        } catch (IllegalArgumentException notId) {
            throw PageToken.invalid();
        }
    }

    private static List<FolderView> views(List<FolderRow> folders) {
        return folders.stream()
                .map(folder -> new FolderView(folder.id().toString(), folder.display()))
                .toList();
    }

    @GetMapping("/files/{file}")
    @RoleNeeded(Role.VIEWER)
    FileDetail read(TenantId tenant, @PathVariable UUID file) {
        return transactions.in(tenant, () -> {
            FileRow row = files.get(tenant, file);
            return new FileDetail(row, details.extractions(tenant, row), details.timeline(tenant, file));
        });
    }

    record FolderView(String folder, String name) {}

    record FilePage(
            List<FolderView> folders,
            List<FileRow> files,
            @Nullable String next) {}
}
