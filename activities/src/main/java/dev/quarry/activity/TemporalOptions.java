package dev.quarry.activity;

import dev.quarry.activity.payload.PayloadKeys;
import dev.quarry.activity.payload.SealedPayloadCodec;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.temporal.authorization.AuthorizationGrpcMetadataProvider;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.common.converter.CodecDataConverter;
import io.temporal.common.converter.DefaultDataConverter;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How the worker reaches Temporal, and what of its histories Temporal can read. */
@SuppressWarnings("NullAway.Init") // picocli fills the fields in
final class TemporalOptions {
    @Option(
            names = "--temporal-target",
            defaultValue = "${env:QUARRY_TEMPORAL_TARGET:-127.0.0.1:7233}",
            description = "QUARRY_TEMPORAL_TARGET: host:port of Temporal (default 127.0.0.1:7233)")
    String target;

    @Option(
            names = "--temporal-namespace",
            defaultValue = "${env:QUARRY_TEMPORAL_NAMESPACE:-default}",
            description = "QUARRY_TEMPORAL_NAMESPACE (default: default)")
    String namespace;

    @Option(
            names = "--temporal-tls",
            defaultValue = "${env:QUARRY_TEMPORAL_TLS:-false}",
            description = "QUARRY_TEMPORAL_TLS: true speaks TLS; so does any of the three files below (default false)")
    boolean tls;

    @Option(
            names = "--temporal-ca",
            defaultValue = "${env:QUARRY_TEMPORAL_CA}",
            description = "QUARRY_TEMPORAL_CA: PEM of the authorities of Temporal's certificate (default: the JVM's)")
    @Nullable
    Path ca;

    @Option(
            names = "--temporal-certificate",
            defaultValue = "${env:QUARRY_TEMPORAL_CERTIFICATE}",
            description = "QUARRY_TEMPORAL_CERTIFICATE: PEM of this worker's certificate, for mutual TLS")
    @Nullable
    Path certificate;

    @Option(
            names = "--temporal-private-key",
            defaultValue = "${env:QUARRY_TEMPORAL_PRIVATE_KEY}",
            description = "QUARRY_TEMPORAL_PRIVATE_KEY: PEM (PKCS 8) of its key")
    @Nullable
    Path privateKey;

    @Option(
            names = "--temporal-server-name",
            defaultValue = "${env:QUARRY_TEMPORAL_SERVER_NAME}",
            description =
                    "QUARRY_TEMPORAL_SERVER_NAME: the name in Temporal's certificate (default: the target's host)")
    @Nullable
    String serverName;

    @Option(
            names = "--temporal-token-file",
            defaultValue = "${env:QUARRY_TEMPORAL_TOKEN_FILE}",
            description =
                    "QUARRY_TEMPORAL_TOKEN_FILE: a token for Temporal's authorizer, read at each call, so that it can be replaced (default: none)")
    @Nullable
    Path tokenFile;

    @Option(
            names = "--temporal-payload-keys",
            defaultValue = "${env:QUARRY_TEMPORAL_PAYLOAD_KEYS_FILE}",
            description =
                    "QUARRY_TEMPORAL_PAYLOAD_KEYS_FILE: keys that payloads of histories are sealed under, one a line as id:base64; the first seals, all open (default: payloads are in clear)")
    @Nullable
    Path payloadKeys;

    @Option(
            names = "--temporal-ui",
            defaultValue = "${env:QUARRY_TEMPORAL_UI}",
            description =
                    "QUARRY_TEMPORAL_UI: address of Temporal's Web UI, which jobs name as their workflow's page (default: they do not)")
    @Nullable
    URI ui;

    @Option(
            names = "--temporal-patience",
            defaultValue = "${env:QUARRY_TEMPORAL_PATIENCE:-PT2M}",
            description =
                    "QUARRY_TEMPORAL_PATIENCE: how long a worker that starts waits for Temporal's answer (default PT2M)")
    Duration patience;

    /** Null if it is not known. */
    @Nullable
    WebUi webUi() {
        return ui == null || ui.toString().isEmpty() ? null : new WebUi(ui, namespace);
    }

    /** @throws IllegalArgumentException if the files do not fit together */
    WorkflowServiceStubsOptions stubs() throws IOException {
        WorkflowServiceStubsOptions.Builder stubs =
                WorkflowServiceStubsOptions.newBuilder().setTarget(target);
        if (tls || ca != null || certificate != null || privateKey != null) {
            stubs.setSslContext(ssl().build());
        }
        if (serverName != null) {
            String name = serverName;
            stubs.setChannelInitializer(channel -> channel.overrideAuthority(name));
        }
        if (tokenFile != null) {
            Path file = readable("QUARRY_TEMPORAL_TOKEN_FILE", tokenFile);
            stubs.addGrpcMetadataProvider(new AuthorizationGrpcMetadataProvider(() -> "Bearer " + read(file)));
        }
        return stubs.build();
    }

    private SslContextBuilder ssl() {
        if ((certificate == null) != (privateKey == null)) {
            throw new IllegalArgumentException(
                    "QUARRY_TEMPORAL_CERTIFICATE and QUARRY_TEMPORAL_PRIVATE_KEY go together; one of them is not set");
        }
        SslContextBuilder ssl = GrpcSslContexts.forClient();
        if (ca != null) {
            ssl.trustManager(readable("QUARRY_TEMPORAL_CA", ca).toFile());
        }
        if (certificate != null && privateKey != null) {
            ssl.keyManager(
                    readable("QUARRY_TEMPORAL_CERTIFICATE", certificate).toFile(),
                    readable("QUARRY_TEMPORAL_PRIVATE_KEY", privateKey).toFile());
        }
        return ssl;
    }

    private static Path readable(String variable, Path file) {
        if (!Files.isReadable(file)) {
            throw new IllegalArgumentException(variable + " is " + file + ", which cannot be read");
        }
        return file;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException unreadable) {
            throw new UncheckedIOException("QUARRY_TEMPORAL_TOKEN_FILE " + file + " cannot be read", unreadable);
        }
    }

    WorkflowClientOptions client() throws IOException {
        WorkflowClientOptions.Builder client =
                WorkflowClientOptions.newBuilder().setNamespace(namespace);
        if (payloadKeys != null) {
            SealedPayloadCodec codec = new SealedPayloadCodec(PayloadKeys.read(payloadKeys));
            // True: messages and stack traces of failures too.
            client.setDataConverter(
                    new CodecDataConverter(DefaultDataConverter.newDefaultInstance(), List.of(codec), true));
        }
        return client.build();
    }
}
