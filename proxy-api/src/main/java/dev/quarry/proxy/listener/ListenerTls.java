package dev.quarry.proxy.listener;

import dev.quarry.proxy.QuarrySettings;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.apache.catalina.connector.Connector;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;
import org.springframework.boot.tomcat.SslConnectorCustomizer;
import org.springframework.boot.web.server.Ssl;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * TLS of the listeners that have a certificate. Its files are looked at every few seconds: new ones count for new connections, without a restart. Files that do
 * not fit together, as in the middle of being replaced, leave the ones before in use.
 */
@Component
class ListenerTls {
    private static final Logger LOG = LoggerFactory.getLogger(ListenerTls.class);

    /** What a listener was set up with, and how to set it up anew. */
    private record Secured(SslConnectorCustomizer connector, Pem pem) {}

    /** The files' content; a private key is in it, so it is not printed. */
    private record Pem(
            String certificate, String privateKey, @Nullable String clientCa) {
        @Override
        public String toString() {
            return "Pem";
        }
    }

    private final Tls settings;
    private final Map<Listener, Secured> secured = new EnumMap<>(Listener.class);
    private final Map<Listener, Pem> unfit = new EnumMap<>(Listener.class);

    @Autowired
    ListenerTls(QuarrySettings settings) {
        this(settings.tls());
    }

    ListenerTls(Tls settings) {
        this.settings = settings;
    }

    /** @throws IllegalArgumentException if it would speak plain HTTP to other machines, or its files are unfit */
    synchronized void secure(Connector connector, Listener listener, InetAddress address) {
        Tls.Certificate files = settings.of(listener);
        if (files.certificate() == null) {
            refusePlain(listener, address);
            return;
        }
        Pem pem = read(listener, files);
        SslConnectorCustomizer customizer = new SslConnectorCustomizer(
                LogFactory.getLog(ListenerTls.class),
                connector,
                pem.clientCa() == null ? Ssl.ClientAuth.NONE : Ssl.ClientAuth.NEED);
        customizer.customize(bundle(pem), Map.of());
        connector.setScheme("https");
        connector.setSecure(true);
        secured.put(listener, new Secured(customizer, pem));
    }

    @Scheduled(fixedDelayString = "${quarry.tls.reload:10s}", initialDelayString = "${quarry.tls.reload:10s}")
    synchronized void reload() {
        secured.replaceAll(this::reloaded);
    }

    private Secured reloaded(Listener listener, Secured before) {
        Pem pem;
        try {
            pem = read(listener, settings.of(listener));
        } catch (IllegalArgumentException unreadable) {
            LOG.error("listener {} keeps its certificate: {}", listener, unreadable.getMessage());
            return before;
        }
        if (pem.equals(before.pem()) || pem.equals(unfit.get(listener))) {
            return before;
        }
        try {
            before.connector().update(null, bundle(pem));
            LOG.info("listener {} has a new certificate", listener);
            return new Secured(before.connector(), pem);
        } catch (RuntimeException mixed) {
            unfit.put(listener, pem); // said once, not at each look
            LOG.error("listener {} keeps its certificate: the files do not fit together", listener, mixed);
            return before;
        }
    }

    private void refusePlain(Listener listener, InetAddress address) {
        if (!address.isLoopbackAddress() && !settings.plainHttp()) {
            throw new IllegalArgumentException("listener " + listener + " would speak plain HTTP at "
                    + address.getHostAddress() + "; set " + variable(listener) + "_CERTIFICATE and "
                    + variable(listener)
                    + "_PRIVATEKEY, or QUARRY_TLS_PLAINHTTP=true where TLS ends before this process");
        }
    }

    private static SslBundle bundle(Pem pem) {
        PemSslStoreDetails own = new PemSslStoreDetails(null, pem.certificate(), pem.privateKey());
        PemSslStoreDetails clients = pem.clientCa() == null ? null : PemSslStoreDetails.forCertificate(pem.clientCa());
        PemSslStoreBundle stores = new PemSslStoreBundle(own, clients);
        SslBundle bundle = SslBundle.of(stores);
        bundle.createSslContext(); // fails here, and not at the first connection
        KeyPairCheck.check(Objects.requireNonNull(stores.getKeyStore()));
        return bundle;
    }

    private static Pem read(Listener listener, Tls.Certificate files) {
        String variable = variable(listener);
        return new Pem(
                read(variable + "_CERTIFICATE", files.certificate()),
                read(variable + "_PRIVATEKEY", files.privateKey()),
                files.clientCa() == null ? null : read(variable + "_CLIENTCA", files.clientCa()));
    }

    private static String read(String variable, @Nullable Path file) {
        if (file == null) {
            throw new IllegalArgumentException(variable + " is not set; it names a PEM file");
        }
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(variable + " " + file + " cannot be read", unreadable);
        }
    }

    private static String variable(Listener listener) {
        return "QUARRY_TLS_" + listener.name().toUpperCase(Locale.ROOT);
    }
}
