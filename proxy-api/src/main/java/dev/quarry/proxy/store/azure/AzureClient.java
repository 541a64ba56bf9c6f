package dev.quarry.proxy.store.azure;

import com.azure.core.http.okhttp.OkHttpAsyncHttpClientBuilder;
import com.azure.core.http.policy.HttpLogDetailLevel;
import com.azure.core.http.policy.HttpLogOptions;
import com.azure.core.util.Configuration;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobContainerClientBuilder;
import com.azure.storage.common.policy.RequestRetryOptions;
import com.azure.storage.common.policy.RetryPolicyType;
import dev.quarry.proxy.store.AzureSettings;
import dev.quarry.proxy.store.StoreLimits;
import dev.quarry.proxy.store.TenantEndpoints;
import java.net.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import okhttp3.ConnectionPool;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** One client of the SDK with connections of its own, to addresses that were checked. */
final class AzureClient {
    private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(20);

    private static final String CONTENT_TYPE = "Content-Type";
    private static final Duration IDLE = Duration.ofMinutes(1);

    private final AzureSettings settings;
    private final StoreLimits limits;
    private final OkHttpClient http;

    /**
     * @param answer limit of one whole answer; null: as long as bytes come
     * @param statuses is told that of each answer, those included that are tried again after
     */
    AzureClient(
            AzureSettings settings,
            TenantEndpoints endpoints,
            StoreLimits limits,
            @Nullable Duration answer,
            IntConsumer statuses) {
        this.settings = settings;
        this.limits = limits;
        URI endpoint = endpoint(settings);
        this.http = new OkHttpClient.Builder()
                .dns(host -> List.of(endpoints.resolve(endpoint, host)))
                .addInterceptor(checked(endpoint, endpoints))
                .addInterceptor(new BoundedAnswers(answer))
                .addInterceptor(told(statuses))
                .addInterceptor(chain -> withoutText(chain.proceed(chain.request())))
                .connectionPool(new ConnectionPool(limits.connections(), IDLE.toMinutes(), TimeUnit.MINUTES))
                .protocols(List.of(Protocol.HTTP_1_1))
                .followRedirects(false)
                .followSslRedirects(false)
                .proxy(Proxy.NO_PROXY)
                .build();
    }

    /** OkHttp does not ask for the address of a host that is written as one. */
    private static Interceptor checked(URI endpoint, TenantEndpoints endpoints) {
        boolean isAddress = endpoint.getHost().matches("[0-9.]+|\\[.*]");
        return chain -> {
            if (isAddress) {
                endpoints.resolve(endpoint, chain.request().url().host());
            }
            return chain.proceed(chain.request());
        };
    }

    private static Interceptor told(IntConsumer statuses) {
        return chain -> {
            Response answer = chain.proceed(chain.request());
            statuses.accept(answer.code());
            return answer;
        };
    }

    /** What stands before a store answers with pages for people: of a type that is text the SDK makes an exception that says nothing of an answer. */
    private static Response withoutText(Response answer) {
        String type = answer.header(CONTENT_TYPE, "");
        return type != null && type.startsWith("text/")
                ? answer.newBuilder().header(CONTENT_TYPE, "application/xml").build()
                : answer;
    }

    static URI endpoint(AzureSettings settings) {
        return URI.create(
                settings.endpoint() != null
                        ? settings.endpoint()
                        : "https://" + settings.account() + ".blob.core.windows.net");
    }

    BlobContainerClient container(AzureSignature signature) {
        URI endpoint = endpoint(settings);
        BlobContainerClientBuilder client = new BlobContainerClientBuilder()
                // The SDK itself takes the first part of the path for the account where there is a port, and for the
                // container elsewhere.
                .endpoint(endpoint.getPort() < 0 ? endpoint.toString() : endpoint + "/" + settings.account())
                .containerName(settings.container())
                .configuration(Configuration.NONE)
                .httpLogOptions(new HttpLogOptions().setLogLevel(HttpLogDetailLevel.NONE))
                .retryOptions(new RequestRetryOptions(
                        RetryPolicyType.EXPONENTIAL,
                        limits.attempts(),
                        (Duration) null,
                        limits.backoff(),
                        LONGEST_BACKOFF,
                        null))
                .httpClient(new OkHttpAsyncHttpClientBuilder(http)
                        .configuration(Configuration.NONE)
                        .connectionTimeout(limits.connect())
                        .readTimeout(limits.silence())
                        .writeTimeout(limits.silence())
                        .responseTimeout(limits.silence())
                        .followRedirects(false)
                        .build());
        signature.on(client);
        return client.buildClient();
    }

    void close() {
        http.dispatcher().executorService().shutdown();
        http.connectionPool().evictAll();
    }
}
