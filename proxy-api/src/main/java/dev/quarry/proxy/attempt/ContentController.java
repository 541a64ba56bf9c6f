package dev.quarry.proxy.attempt;

import dev.quarry.proxy.QuarrySettings;
import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.store.ArchivedException;
import dev.quarry.proxy.store.ByteRange;
import dev.quarry.proxy.store.ChangedInStoreException;
import dev.quarry.proxy.store.GoneFromStoreException;
import dev.quarry.proxy.store.NotReadableException;
import dev.quarry.proxy.store.StoreContent;
import dev.quarry.proxy.store.StoreException;
import dev.quarry.proxy.store.Stores;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/** An item's bytes on their way from the store to the agent: pinned to the listed version, within the byte budget, identified as they pass. */
@RestController
class ContentController {
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d{1,18})-(\\d{0,18})");
    private static final int BUFFER = 256 * 1024;

    private final AttemptAccess access;
    private final AttemptItems items;
    private final ItemDownloads downloads;
    private final ContentTypeDetector types;
    private final Stores stores;
    private final StoreWaits waits;
    private final Duration recheck;

    ContentController(
            AttemptAccess access,
            AttemptItems items,
            ItemDownloads downloads,
            ContentTypeDetector types,
            Stores stores,
            StoreWaits waits,
            QuarrySettings settings) {
        this.access = access;
        this.items = items;
        this.downloads = downloads;
        this.types = types;
        this.stores = stores;
        this.waits = waits;
        this.recheck = settings.attempt().recheckDownload();
    }

    @GetMapping("/v1/attempts/{attempt}/items/{n}/content")
    void content(
            @PathVariable UUID attempt,
            @PathVariable ItemNumber n,
            @RequestHeader(name = "Range", required = false) @Nullable String range,
            @AuthenticationPrincipal Jwt token,
            HttpServletResponse response)
            throws IOException {
        AttemptTokens.Claims claims = access.claims(token, attempt);
        ItemDownloads.Download download = downloads.take(claims, n.value(), size -> bytes(parse(range, size), size));
        Optional<ByteRange> wanted = parse(range, download.source().size());
        try (StoreContent content = open(claims, download, wanted)) {
            Start start = start(claims, download, content);
            if (wanted.isEmpty()) {
                filter(claims, n, download, start);
            }
            response.setStatus(wanted.isPresent() ? 206 : 200);
            response.setContentType("application/octet-stream");
            response.setContentLengthLong(content.length());
            response.setHeader("Cache-Control", "no-store");
            if (wanted.isPresent()) {
                long last = content.offset() + content.length() - 1;
                response.setHeader("Content-Range", "bytes " + content.offset() + "-" + last + "/" + content.size());
            }
            byte[] sha256 = copy(claims, start, content.stream(), response.getOutputStream());
            if (wanted.isEmpty()) {
                downloads.identified(claims, n.value(), sha256);
            }
        }
    }

    private static long bytes(Optional<ByteRange> wanted, long size) {
        return wanted.map(part -> Math.min(part.length(), size - part.offset())).orElse(size);
    }

    private StoreContent open(
            AttemptTokens.Claims claims, ItemDownloads.Download download, Optional<ByteRange> wanted) {
        try {
            AttemptItems.Source source = download.source();
            return stores.reader(download.store()).open(source.key(), source.version(), wanted);
        } catch (StoreException refused) {
            throw refusal(claims, download, refused);
        }
    }

    /**
     * The first bytes, before anything is sent.
     *
     * @param length of what was read; -1 if there is nothing
     */
    @SuppressWarnings("ArrayRecordComponent")
    private record Start(byte[] buffer, int length) {}

    private Start start(AttemptTokens.Claims claims, ItemDownloads.Download download, StoreContent content)
            throws IOException {
        byte[] buffer = new byte[(int) Math.min(BUFFER, Math.max(1, content.length()))];
        try {
            Start start = new Start(buffer, first(download, content.stream(), buffer));
            if (download.waits()) {
                waits.over(claims.tenant(), download.run());
            }
            return start;
        } catch (StoreException refused) {
            throw refusal(claims, download, refused);
        }
    }

    /** A store that is slow keeps nobody waiting for more than what is looked at. */
    private static int first(ItemDownloads.Download download, InputStream in, byte[] buffer) throws IOException {
        return download.source().types().isEmpty()
                ? in.read(buffer)
                : in.readNBytes(buffer, 0, Math.min(buffer.length, ContentTypeDetector.BYTES));
    }

    /** @throws Problem 403 filtered, if the store's filters rule out what the first bytes are */
    private void filter(AttemptTokens.Claims claims, ItemNumber n, ItemDownloads.Download download, Start start) {
        AttemptItems.Source source = download.source();
        if (source.types().isEmpty()) {
            // Telling costs more than sending most files.
            return;
        }
        String type = types.of(start.buffer(), start.length(), source.name());
        Optional<String> rule = source.types().broken(type);
        downloads.typed(claims, n.value(), type, rule.orElse(null));
        if (rule.isPresent()) {
            throw ItemDownloads.filtered();
        }
    }

    private Problem refusal(AttemptTokens.Claims claims, ItemDownloads.Download download, StoreException refused) {
        if (refused instanceof ChangedInStoreException) {
            return new Problem(HttpStatus.PRECONDITION_FAILED, "changed_in_store", "it changed since it was listed");
        }
        if (refused instanceof GoneFromStoreException) {
            return new Problem(HttpStatus.NOT_FOUND, "gone_from_store", "it is not in the store any more");
        }
        if (refused instanceof ArchivedException) {
            return new Problem(
                    HttpStatus.FORBIDDEN, "archived", "it lies in an archive of the store: restore it there");
        }
        if (refused instanceof NotReadableException) {
            return new Problem(HttpStatus.FORBIDDEN, "not_readable", "the store does not let us read it");
        }
        waits.begun(claims.tenant(), download.run(), String.valueOf(refused.getMessage()));
        return new Problem(
                HttpStatus.SERVICE_UNAVAILABLE, StoreWaits.STORE_AWAY, "the store does not answer; try again");
    }

    /** A change under the reader's eyes, or the attempt's close, ends the response short of its length: the agent asks again and is told. */
    private byte[] copy(AttemptTokens.Claims claims, Start start, InputStream in, OutputStream out) throws IOException {
        MessageDigest sha256 = sha256();
        byte[] buffer = start.buffer();
        long checked = System.nanoTime();
        for (int read = start.length(); read >= 0; read = in.read(buffer)) {
            sha256.update(buffer, 0, read);
            out.write(buffer, 0, read);
            if (System.nanoTime() - checked > recheck.toNanos()) {
                recheck(claims);
                checked = System.nanoTime();
            }
        }
        return sha256.digest();
    }

    private void recheck(AttemptTokens.Claims claims) throws IOException {
        try {
            items.recheck(claims);
        } catch (Problem over) {
            throw new IOException("the attempt was closed during a download", over);
        }
    }

    private static Optional<ByteRange> parse(@Nullable String header, long size) {
        if (header == null) {
            return Optional.empty();
        }
        Matcher range = RANGE.matcher(header);
        if (!range.matches()) {
            throw notSatisfiable("one range of the form bytes=from-to is allowed");
        }
        long from = Long.parseLong(range.group(1));
        long to = range.group(2).isEmpty() ? Math.max(from, size - 1) : Long.parseLong(range.group(2));
        if (from >= size || to < from) {
            throw notSatisfiable("the item has " + size + " bytes");
        }
        return Optional.of(new ByteRange(from, to - from + 1));
    }

    private static Problem notSatisfiable(String detail) {
        return new Problem(HttpStatus.REQUESTED_RANGE_NOT_SATISFIABLE, "bad_range", detail);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JVM has SHA-256", impossible);
        }
    }
}
