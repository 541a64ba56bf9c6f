package dev.quarry.proxy.attempt;

import dev.quarry.proxy.QuarrySettings;
import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.store.ByteRange;
import dev.quarry.proxy.store.StoreContent;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
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

    private final AttemptAccess access;
    private final AttemptItems items;
    private final ItemDownloads downloads;
    private final DownloadSlots slots;
    private final ItemBytes bytes;
    private final RunningDigests digests;
    private final AttemptLimits limits;

    ContentController(
            AttemptAccess access,
            AttemptItems items,
            ItemDownloads downloads,
            DownloadSlots slots,
            ItemBytes bytes,
            RunningDigests digests,
            QuarrySettings settings) {
        this.access = access;
        this.items = items;
        this.downloads = downloads;
        this.slots = slots;
        this.bytes = bytes;
        this.digests = digests;
        this.limits = settings.attempt();
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
        ItemDownloads.Download download = downloads.take(claims, n.value(), size -> length(parse(range, size), size));
        Optional<ByteRange> wanted = parse(range, download.source().size());
        try (Spending spending = download.spending();
                DownloadSlots.Slot slot = slots.take(claims.tenant(), download.store());
                ItemBytes.Opened opened = bytes.open(claims, n.value(), download, wanted);
                Identification identification =
                        new Identification(digests, downloads, claims, n.value(), opened.content())) {
            head(response, opened.content(), wanted.isPresent());
            AgentStream out = new AgentStream(response.getOutputStream(), limits, claims, n.value());
            copy(claims, opened, spending, identification, out);
        }
    }

    private static long length(Optional<ByteRange> wanted, long size) {
        return wanted.map(part -> Math.min(part.length(), size - part.offset())).orElse(size);
    }

    private static void head(HttpServletResponse response, StoreContent content, boolean part) {
        response.setStatus(part ? 206 : 200);
        response.setContentType("application/octet-stream");
        response.setContentLengthLong(content.length());
        response.setHeader("Cache-Control", "no-store");
        if (part) {
            long last = content.offset() + content.length() - 1;
            response.setHeader("Content-Range", "bytes " + content.offset() + "-" + last + "/" + content.size());
        }
    }

    /** A change under the reader's eyes, or the attempt's close, ends the response short of its length: the agent asks again and is told. */
    private void copy(
            AttemptTokens.Claims claims,
            ItemBytes.Opened opened,
            Spending spending,
            Identification identification,
            AgentStream out)
            throws IOException {
        byte[] buffer = opened.buffer();
        InputStream in = opened.content().stream();
        long checked = System.nanoTime();
        for (int read = opened.length(); read >= 0; read = read(in, buffer, out)) {
            spend(spending, read, out);
            identification.pass(buffer, read);
            out.send(buffer, read);
            if (System.nanoTime() - checked > limits.recheckDownload().toNanos()) {
                recheck(claims, out);
                checked = System.nanoTime();
            }
        }
    }

    private static int read(InputStream in, byte[] buffer, AgentStream out) throws IOException {
        try {
            return in.read(buffer);
        } catch (IOException failed) {
            throw out.ended("its store failed: " + failed.getMessage());
        }
    }

    private static void spend(Spending spending, int bytes, AgentStream out) throws IOException {
        try {
            spending.send(bytes);
        } catch (Problem spent) {
            throw out.ended("the attempt's bytes are spent");
        }
    }

    private void recheck(AttemptTokens.Claims claims, AgentStream out) throws IOException {
        try {
            items.recheck(claims);
        } catch (Problem over) {
            throw out.ended("its attempt was closed: " + over.code());
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
}
