package dev.quarry.proxy.store.azure;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import okhttp3.Call;
import okhttp3.Interceptor;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.ForwardingSource;
import okio.Okio;
import org.jspecify.annotations.Nullable;

/**
 * Ends answers where OkHttp would go on: closing one before its end cuts the connection, which OkHttp would read on from for a while to use it again; and
 * one that takes longer than its limit fails. (OkHttp's own limit of a call is overwritten by the SDK's adapter.)
 */
final class BoundedAnswers implements Interceptor {
    private final @Nullable Duration limit;

    /** @param limit of one whole answer; null: as long as bytes come */
    BoundedAnswers(@Nullable Duration limit) {
        this.limit = limit;
    }

    @Override
    public Response intercept(Chain chain) throws IOException {
        long begun = System.nanoTime();
        Response answer = chain.proceed(chain.request());
        ResponseBody body = answer.body();
        return body == null
                ? answer
                : answer.newBuilder()
                        .body(ResponseBody.create(
                                Okio.buffer(new Source(chain.call(), body, begun)),
                                body.contentType(),
                                body.contentLength()))
                        .build();
    }

    private final class Source extends ForwardingSource {
        private final Call call;
        private final long begun;
        private long left;

        Source(Call call, ResponseBody body, long begun) {
            super(body.source());
            this.call = call;
            this.begun = begun;
            this.left = body.contentLength() < 0 ? Long.MAX_VALUE : body.contentLength();
        }

        @Override
        public long read(Buffer sink, long most) throws IOException {
            long count = super.read(sink, most);
            left = count < 0 ? 0 : left - count;
            if (left > 0 && limit != null && System.nanoTime() - begun > limit.toNanos()) {
                throw new InterruptedIOException("the answer is not whole after " + limit.toMillis() + " ms");
            }
            return count;
        }

        @Override
        public void close() throws IOException {
            if (left > 0) {
                call.cancel();
            }
            super.close();
        }
    }
}
