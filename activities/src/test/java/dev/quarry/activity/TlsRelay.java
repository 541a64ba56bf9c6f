package dev.quarry.activity;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** Ends mutual TLS for a Temporal server that speaks none: whoever shows no certificate of the trusted one is hung up on. */
final class TlsRelay implements AutoCloseable {
    private static final char[] PASSWORD = "changeit".toCharArray();

    private final SSLServerSocket listener;
    private final int target;

    TlsRelay(Party server, Party trusted, int target) throws IOException, GeneralSecurityException {
        this.target = target;
        KeyManagerFactory showing = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        showing.init(server.store(), PASSWORD);
        KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        trust.setCertificateEntry("client", trusted.store().getCertificate("it"));
        TrustManagerFactory trusting = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusting.init(trust);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(showing.getKeyManagers(), trusting.getTrustManagers(), null);
        listener = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        SSLParameters parameters = listener.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        parameters.setNeedClientAuth(true);
        listener.setSSLParameters(parameters);
        start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                SSLSocket caller = (SSLSocket) listener.accept();
                start(() -> relay(caller));
            }
        } catch (IOException closed) {
            // the end of the test
        }
    }

    private void relay(SSLSocket caller) {
        try (caller) {
            caller.startHandshake();
            try (Socket onward = new Socket(InetAddress.getLoopbackAddress(), target)) {
                start(() -> pump(onward, caller));
                caller.getInputStream().transferTo(onward.getOutputStream());
            }
        } catch (IOException refusedOrClosed) {
            // the caller sees it
        }
    }

    private static void pump(Socket from, Socket to) {
        try (InputStream in = from.getInputStream()) {
            in.transferTo(to.getOutputStream());
        } catch (IOException closed) {
            // by either side
        }
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "tls-relay");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    /** One side: a self-signed certificate for 127.0.0.1 that the JDK's keytool made, in a key store and as PEM. */
    record Party(KeyStore store, Path certificate, Path privateKey) {
        static Party make(Path folder, String name) throws IOException, GeneralSecurityException, InterruptedException {
            Path file = folder.resolve(name + ".p12");
            Process keytool = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "keytool")
                                    .toString(),
                            "-genkeypair",
                            "-alias",
                            "it",
                            "-keyalg",
                            "EC",
                            "-groupname",
                            "secp256r1",
                            "-dname",
                            "CN=" + name,
                            "-ext",
                            "san=ip:127.0.0.1,dns:" + name,
                            "-storetype",
                            "PKCS12",
                            "-storepass",
                            new String(PASSWORD),
                            "-keystore",
                            file.toString())
                    .inheritIO()
                    .start();
            if (keytool.waitFor() != 0) {
                throw new IOException("keytool failed");
            }
            KeyStore store = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(file)) {
                store.load(in, PASSWORD);
            }
            Path certificate = pem(
                    folder.resolve(name + ".crt"),
                    "CERTIFICATE",
                    store.getCertificate("it").getEncoded());
            Path privateKey = pem(
                    folder.resolve(name + ".key"),
                    "PRIVATE KEY",
                    store.getKey("it", PASSWORD).getEncoded());
            return new Party(store, certificate, privateKey);
        }

        private static Path pem(Path file, String type, byte[] der) throws IOException {
            String body = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                    .encodeToString(der);
            return Files.writeString(file, "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n");
        }
    }
}
