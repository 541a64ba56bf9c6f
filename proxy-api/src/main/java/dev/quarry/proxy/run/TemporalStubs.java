package dev.quarry.proxy.run;

import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.temporal.authorization.AuthorizationGrpcMetadataProvider;
import io.temporal.serviceclient.RpcRetryOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Connections to Temporal as the settings say; each call waits so long and no longer. */
final class TemporalStubs {
    private TemporalStubs() {}

    static WorkflowServiceStubs of(TemporalTarget target, @Nullable SslContext ssl, Duration patience) {
        WorkflowServiceStubsOptions.Builder stubs = WorkflowServiceStubsOptions.newBuilder()
                .setTarget(target.target())
                .setRpcTimeout(patience)
                .setRpcRetryOptions(
                        RpcRetryOptions.newBuilder().setExpiration(patience).validateBuildWithDefaults());
        if (ssl != null) {
            stubs.setSslContext(ssl);
        }
        String name = target.serverName();
        if (name != null) {
            stubs.setChannelInitializer(channel -> channel.overrideAuthority(name));
        }
        Path token = target.tokenFile();
        if (token != null) {
            stubs.addGrpcMetadataProvider(new AuthorizationGrpcMetadataProvider(() -> "Bearer " + read(token)));
        }
        return WorkflowServiceStubs.newServiceStubs(stubs.build());
    }

    /** Null for a connection without TLS. @throws IllegalStateException naming the settings, if the files make no TLS connection */
    static @Nullable SslContext ssl(TemporalTarget target) {
        if (!target.tls()) {
            return null;
        }
        try {
            SslContextBuilder ssl = GrpcSslContexts.forClient();
            if (target.ca() != null) {
                ssl.trustManager(target.ca().toFile());
            }
            if (target.certificate() != null && target.privateKey() != null) {
                ssl.keyManager(
                        target.certificate().toFile(), target.privateKey().toFile());
            }
            return ssl.build();
        } catch (IOException | IllegalArgumentException unfit) {
            throw new IllegalStateException(
                    "the files of QUARRY_TEMPORAL_CA, _CERTIFICATE and _PRIVATE_KEY do not make a TLS connection: "
                            + unfit.getMessage(),
                    unfit);
        }
    }

    private static String read(Path token) {
        try {
            return Files.readString(token).strip();
        } catch (IOException unreadable) {
            throw new UncheckedIOException("QUARRY_TEMPORAL_TOKEN_FILE " + token + " cannot be read", unreadable);
        }
    }
}
