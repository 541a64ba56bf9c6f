package dev.quarry.proxy.store.azure;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.Context;
import com.azure.storage.common.Utility;
import dev.quarry.proxy.store.ChangedInStoreException;
import dev.quarry.proxy.store.EtagVersion;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.NotReadableException;
import dev.quarry.proxy.store.StoreException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** One blob, asked for over the SDK's own pipeline, which signs and tries again. The SDK's downloads push, or hold blocks in memory; this one is read. */
final class AzureBlob {
    private static final HttpHeaderName ERROR_CODE = HttpHeaderName.fromString("x-ms-error-code");

    private final AzureConnection connection;
    private final String url;
    private final String shown;

    AzureBlob(AzureConnection connection, String name) throws NotReadableException {
        if (name.equals(".") || name.equals("..")) {
            throw new NotReadableException("'" + KeyBytes.utf8(name) + "' is a name that no URL can hold");
        }
        this.connection = connection;
        this.shown = "'" + KeyBytes.utf8(name) + "'";
        this.url = connection.reads.getBlobContainerUrl() + "/" + Utility.urlEncode(name);
    }

    /** The answer whatever it is; the caller closes it. @param range as in the header; null is all of it */
    HttpResponse get(String etag, @Nullable String range) {
        return send(HttpMethod.GET, etag, range);
    }

    /** Without its bytes. */
    HttpResponse head(String etag) {
        return send(HttpMethod.HEAD, etag, null);
    }

    private HttpResponse send(HttpMethod method, @Nullable String etag, @Nullable String range) {
        HttpRequest request = AzureRequest.to(connection.reads, method, url);
        if (etag != null) {
            request.setHeader(HttpHeaderName.IF_MATCH, "\"" + etag + "\"");
        }
        if (range != null) {
            request.setHeader(HttpHeaderName.RANGE, range);
        }
        return connection.reads.getHttpPipeline().sendSync(request, Context.NONE);
    }

    /** @throws StoreException unless the answer is about the pinned version */
    void refuseOthers(HttpResponse answer, EtagVersion pinned) throws StoreException {
        if (answer.getStatusCode() / 100 != 2) {
            String code = answer.getHeaderValue(ERROR_CODE);
            // A condition on what is not there fails as well.
            boolean isGone = answer.getStatusCode() == 412 && isGone();
            throw AzureErrors.ofFile(isGone ? 404 : answer.getStatusCode(), code == null ? "" : code, shown);
        }
        String etag = answer.getHeaderValue(HttpHeaderName.ETAG);
        if (etag == null || !AzurePage.plain(etag).equals(pinned.etag())) {
            throw new ChangedInStoreException(shown + " has changed since it was listed");
        }
    }

    private boolean isGone() {
        try (HttpResponse answer = send(HttpMethod.HEAD, null, null)) {
            return answer.getStatusCode() == 404 && answer.getHeaderValue(ERROR_CODE) != null;
        }
    }

    static Instant modified(HttpResponse answer) {
        String header = answer.getHeaderValue(HttpHeaderName.LAST_MODIFIED);
        try {
            return header == null
                    ? Instant.EPOCH
                    : ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant();
        } catch (DateTimeException unreadable) {
            return Instant.EPOCH;
        }
    }
}
