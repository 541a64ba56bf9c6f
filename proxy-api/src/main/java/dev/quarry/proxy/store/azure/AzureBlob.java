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

    AzureBlob(AzureConnection connection, String name) throws NotReadableException {
        if (name.equals(".") || name.equals("..")) {
            throw new NotReadableException("'" + KeyBytes.utf8(name) + "' is a name that no URL can hold");
        }
        this.connection = connection;
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

    private HttpResponse send(HttpMethod method, String etag, @Nullable String range) {
        HttpRequest request = new HttpRequest(method, url)
                .setHeader(HttpHeaderName.IF_MATCH, "\"" + etag + "\"")
                // Else OkHttp asks for gzip, and would unpack a blob that is stored so.
                .setHeader(HttpHeaderName.ACCEPT_ENCODING, "identity")
                .setHeader(
                        HttpHeaderName.fromString("x-ms-version"),
                        connection.reads.getServiceVersion().getVersion());
        if (range != null) {
            request.setHeader(HttpHeaderName.RANGE, range);
        }
        return connection.reads.getHttpPipeline().sendSync(request, Context.NONE);
    }

    /** @throws StoreException unless the answer is about the pinned version */
    static void refuseOthers(HttpResponse answer, EtagVersion pinned, String what) throws StoreException {
        if (answer.getStatusCode() / 100 != 2) {
            String code = answer.getHeaderValue(ERROR_CODE);
            throw AzureErrors.refused(answer.getStatusCode(), code == null ? "" : code, what, null);
        }
        String etag = answer.getHeaderValue(HttpHeaderName.ETAG);
        if (etag == null || !AzurePage.plain(etag).equals(pinned.etag())) {
            throw new ChangedInStoreException(what + " has changed since it was listed");
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
