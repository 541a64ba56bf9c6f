package dev.quarry.proxy.store.azure;

import java.io.IOException;
import okhttp3.Call;
import okhttp3.Interceptor;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.ForwardingSource;
import okio.Okio;

/** Closing an answer before its end cuts the connection. OkHttp by itself would first read on for a while, to use the connection again. */
final class CutWhenClosed implements Interceptor {
    @Override
    public Response intercept(Chain chain) throws IOException {
        Response answer = chain.proceed(chain.request());
        ResponseBody body = answer.body();
        return body == null
                ? answer
                : answer.newBuilder()
                        .body(ResponseBody.create(
                                Okio.buffer(new Source(chain.call(), body)), body.contentType(), body.contentLength()))
                        .build();
    }

    private static final class Source extends ForwardingSource {
        private final Call call;
        private long left;

        Source(Call call, ResponseBody body) {
            super(body.source());
            this.call = call;
            this.left = body.contentLength() < 0 ? Long.MAX_VALUE : body.contentLength();
        }

        @Override
        public long read(Buffer sink, long most) throws IOException {
            long count = super.read(sink, most);
            left = count < 0 ? 0 : left - count;
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
