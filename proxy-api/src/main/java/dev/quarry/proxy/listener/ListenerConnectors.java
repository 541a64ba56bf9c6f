package dev.quarry.proxy.listener;

import dev.quarry.proxy.QuarrySettings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Iterator;
import java.util.Map;
import org.apache.catalina.connector.Connector;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.stereotype.Component;

/** One Tomcat connector, with threads of its own, per listener: slow readers of one API do not starve another. */
@Component
class ListenerConnectors implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {
    private static final Logger LOG = LoggerFactory.getLogger(ListenerConnectors.class);
    private static final int THREADS = 100;
    /** For whatever agents call besides downloads, which are fewer than there are threads. */
    private static final int JOB_CALLS = 36;

    private static final int PARAMETERS = 100;
    private static final int KEEP_ALIVE_MILLIS = 60_000;
    /** Tomcat's own 8 KiB, of the heap, cost a system call and a copy each, which shows in downloads of large files. */
    private static final int DOWNLOAD_BUFFER = 64 * 1024;

    private static final int BUFFER = 8 * 1024;
    /** Where agents come in more of them are to be expected than elsewhere. */
    private static final int PART_FOR_AGENTS = 2;

    private static final int PART_FOR_OTHERS = 16;
    private static final int MOST_CONNECTIONS = 8192;

    private final QuarrySettings settings;
    private final ListenerPorts ports;
    private final ListenerTls tls;

    ListenerConnectors(QuarrySettings settings, ListenerPorts ports, ListenerTls tls) {
        this.settings = settings;
        this.ports = ports;
        this.tls = tls;
    }

    @Override
    public void customize(TomcatServletWebServerFactory factory) {
        LOG.info("listeners on {}: {}", settings.bind(), ports.all());
        Iterator<Map.Entry<Listener, Integer>> all = ports.all().entrySet().iterator();
        InetAddress address = address();
        Map.Entry<Listener, Integer> first = all.next();
        factory.setAddress(address);
        factory.setPort(first.getValue());
        factory.addConnectorCustomizers(connector -> set(connector, first.getKey(), address));
        while (all.hasNext()) {
            Map.Entry<Listener, Integer> next = all.next();
            Connector connector = new Connector(TomcatServletWebServerFactory.DEFAULT_PROTOCOL);
            connector.setPort(next.getValue());
            if (connector.getProtocolHandler() instanceof AbstractHttp11Protocol<?> http) {
                http.setAddress(address);
            }
            set(connector, next.getKey(), address);
            factory.addAdditionalConnectors(connector);
        }
    }

    private void set(Connector connector, Listener listener, InetAddress address) {
        connector.setXpoweredBy(false);
        connector.setMaxPostSize(64 * 1024);
        connector.setMaxParameterCount(PARAMETERS);
        if (connector.getProtocolHandler() instanceof AbstractHttp11Protocol<?> http) {
            http.setMaxThreads(listener == Listener.JOB ? settings.attempt().downloads() + JOB_CALLS : THREADS);
            http.setMaxSwallowSize(64 * 1024);
            http.setConnectionTimeout(Math.toIntExact(settings.http().silence().toMillis()));
            http.setKeepAliveTimeout(KEEP_ALIVE_MILLIS);
            http.setConnectionUploadTimeout(
                    Math.toIntExact(settings.http().silence().toMillis()));
            http.setDisableUploadTimeout(false);
            buffer(http, listener == Listener.JOB);
        }
        tls.secure(connector, listener, address);
    }

    /** Whoever connects is given buffers before it has said anything, so connections are bounded by what there is room for, outside the heap. */
    private static void buffer(AbstractHttp11Protocol<?> http, boolean agents) {
        int write = agents ? DOWNLOAD_BUFFER : BUFFER;
        long room = Runtime.getRuntime().maxMemory() / (agents ? PART_FOR_AGENTS : PART_FOR_OTHERS);
        http.setProperty("socket.directBuffer", "true");
        http.setProperty("socket.appReadBufSize", Integer.toString(BUFFER));
        http.setProperty("socket.appWriteBufSize", Integer.toString(write));
        http.setMaxConnections((int) Math.min(MOST_CONNECTIONS, room / (BUFFER + write)));
    }

    private InetAddress address() {
        try {
            return InetAddress.getByName(settings.bind());
        } catch (UnknownHostException unknown) {
            throw new IllegalArgumentException(
                    "QUARRY_BIND is not an address of this machine: '" + settings.bind() + "'", unknown);
        }
    }
}
