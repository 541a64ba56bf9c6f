package dev.quarry.proxy.artifact;

import dev.quarry.proxy.account.Role;
import dev.quarry.proxy.account.RoleNeeded;
import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantTransactions;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.InputStreamResource;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.WebRequest;

/** Bytes that an extractor made of a hostile file: never shown by a browser as a page of ours, and from a listener of their own (docs/adr/0027). */
@RestController
class ArtifactController {
    private static final Set<String> SHOWN = Set.of("image/jpeg", "image/png", "image/webp", "image/gif");

    private final TenantTransactions transactions;
    private final JdbcClient jdbc;
    private final ArtifactStore artifacts;
    private final ArtifactPlace place;

    ArtifactController(TenantTransactions transactions, JdbcClient jdbc, ArtifactStore artifacts, ArtifactPlace place) {
        this.transactions = transactions;
        this.jdbc = jdbc;
        this.artifacts = artifacts;
        this.place = place;
    }

    @GetMapping("/api/v1/artifacts/{artifact}")
    @RoleNeeded(Role.VIEWER)
    @Nullable
    ResponseEntity<InputStreamResource> read(
            TenantId tenant, @PathVariable UUID artifact, HttpServletRequest request, WebRequest known)
            throws IOException {
        if (!place.isHere(request)) {
            return ResponseEntity.status(HttpStatus.TEMPORARY_REDIRECT)
                    .location(place.of(artifact, request))
                    .build();
        }
        Found found = transactions.in(tenant, () -> find(tenant, artifact));
        String etag = HexFormat.of().formatHex(found.sha256());
        if (known.checkNotModified(etag)) {
            return null; // nobody would close what is opened below
        }
        InputStream bytes =
                artifacts.open(tenant, found.sha256()).orElseThrow(() -> Problem.notFound("artifact", artifact));
        return ResponseEntity.ok()
                .contentType(MediaType.parseMediaType(found.safeMediaType()))
                .contentLength(found.bytes())
                .eTag(etag)
                .header("X-Content-Type-Options", "nosniff")
                .header("Content-Security-Policy", "sandbox; default-src 'none'")
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        ContentDisposition.attachment()
                                .filename(found.name())
                                .build()
                                .toString())
                .body(new InputStreamResource(bytes));
    }

    private Found find(TenantId tenant, UUID artifact) {
        return jdbc.sql("""
                        select a.sha256, a.bytes, a.name, a.media_type from quarry.artifact a
                        join quarry.extraction e on e.tenant = a.tenant and e.id = a.extraction and e.counts
                        join quarry.file f on f.tenant = e.tenant and f.id = e.file -- whose store the caller may see
                        where a.tenant = ? and a.id = ?""")
                .params(tenant.value(), artifact)
                .query((row, n) -> new Found(
                        row.getBytes("sha256"),
                        row.getLong("bytes"),
                        row.getString("name"),
                        row.getString("media_type")))
                .optional()
                .orElseThrow(() -> Problem.notFound("artifact", artifact));
    }

    @SuppressWarnings("ArrayRecordComponent") // read once, compared never
    private record Found(
            byte[] sha256,
            long bytes,
            String name,
            @Nullable String mediaType) {
        String safeMediaType() {
            return mediaType != null && SHOWN.contains(mediaType) ? mediaType : "application/octet-stream";
        }
    }
}
