package dev.quarry.proxy.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quarry.proxy.Eventually;
import dev.quarry.proxy.RunningApi;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.apache.catalina.connector.Connector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {
    private static final Tls.Certificate NONE = new Tls.Certificate(null, null, null);

    @TempDir
    private Path folder;

    @Test
    void aListenerWithACertificateSpeaksTlsAndTakesANewOneWithoutARestart() throws Exception {
        Certificates first = Certificates.make(folder, "first");
        Certificates second = Certificates.make(folder, "second");
        Path certificate = folder.resolve("certificate.pem");
        Path privateKey = folder.resolve("private.pem");
        first.write(certificate, privateKey);
        RunningApi api = RunningApi.shared()
                .beside(Map.of(
                        "quarry.tls.public.certificate", certificate,
                        "quarry.tls.public.private-key", privateKey,
                        "quarry.tls.reload", "100ms"));
        try {
            SSLContext client = Certificates.client(null, first, second);
            HttpResponse<String> answer = get(api, Listener.PUBLIC, client);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Strict-Transport-Security")).isPresent();
            assertThat(shown(api, client)).isEqualTo(first.certificate());
            assertThat(api.get(Listener.CONTROL, "", "/actuator/health").status())
                    .as("the others are as they were")
                    .isEqualTo(200);

            String good = Files.readString(certificate);
            Files.writeString(certificate, "half a cert");
            for (int look = 0; look < 10; look++) {
                LockSupport.parkNanos(Duration.ofMillis(100).toNanos()); // it looks at the files ten times meanwhile
                assertThat(shown(api, client)).isEqualTo(first.certificate());
            }
            second.write(folder.resolve("later.pem"), privateKey); // the key is replaced, its certificate not yet
            Files.writeString(certificate, good);
            for (int look = 0; look < 5; look++) {
                LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
                assertThat(shown(api, client)).isEqualTo(first.certificate());
            }
            second.write(certificate, privateKey);
            Eventually.holds("the new certificate is shown", () -> shows(api, client, second));
            assertThat(get(api, Listener.PUBLIC, client).statusCode()).isEqualTo(200);
        } finally {
            api.close();
        }
    }

    @Test
    void aListenerMayAskForCertificatesOfClients() throws Exception {
        Certificates server = Certificates.make(folder, "server");
        Certificates worker = Certificates.make(folder, "worker");
        Certificates stranger = Certificates.make(folder, "stranger");
        Path certificate = folder.resolve("certificate.pem");
        Path privateKey = folder.resolve("private.pem");
        Path clients = folder.resolve("clients.pem");
        server.write(certificate, privateKey);
        worker.write(clients, folder.resolve("unused.pem"));
        RunningApi api = RunningApi.shared()
                .beside(Map.of(
                        "quarry.tls.control.certificate", certificate,
                        "quarry.tls.control.private-key", privateKey,
                        "quarry.tls.control.client-ca", clients));
        try {
            assertThat(get(api, Listener.CONTROL, Certificates.client(worker, server))
                            .statusCode())
                    .isEqualTo(200);
            assertThatThrownBy(() -> get(api, Listener.CONTROL, Certificates.client(stranger, server)))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> get(api, Listener.CONTROL, Certificates.client(null, server)))
                    .isInstanceOf(IOException.class);
        } finally {
            api.close();
        }
    }

    @Test
    void plainHttpToOtherMachinesMustBeAskedFor() throws IOException {
        InetAddress everywhere = InetAddress.getByName("0.0.0.0");
        Connector connector = new Connector();
        assertThatThrownBy(() -> tls(false).secure(connector, Listener.JOB, everywhere))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("QUARRY_TLS_JOB_CERTIFICATE")
                .hasMessageContaining("QUARRY_TLS_PLAINHTTP");
        assertThatCode(() -> tls(true).secure(connector, Listener.JOB, everywhere))
                .doesNotThrowAnyException();
        assertThatCode(() -> tls(false).secure(connector, Listener.JOB, InetAddress.getByName("127.0.0.1")))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> RunningApi.shared().beside(Map.of("quarry.bind", "0.0.0.0")))
                .rootCause()
                .hasMessageContaining("QUARRY_TLS_PLAINHTTP");
    }

    private static ListenerTls tls(boolean plain) {
        return new ListenerTls(new Tls(NONE, NONE, NONE, NONE, plain, Duration.ofSeconds(10)));
    }

    private static HttpResponse<String> get(RunningApi api, Listener listener, SSLContext client)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(api.url(listener).replace("http:", "https:") + "/actuator/health"))
                .build();
        return HttpClient.newBuilder().sslContext(client).build().send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static boolean shows(RunningApi api, SSLContext client, Certificates expected) {
        try {
            return shown(api, client).equals(expected.certificate());
        } catch (SSLException between) {
            return false;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Certificate shown(RunningApi api, SSLContext client) throws IOException {
        URI uri = URI.create(api.url(Listener.PUBLIC));
        try (Socket socket = client.getSocketFactory().createSocket(uri.getHost(), uri.getPort())) {
            SSLSocket tls = (SSLSocket) socket;
            tls.startHandshake();
            return tls.getSession().getPeerCertificates()[0];
        }
    }
}
