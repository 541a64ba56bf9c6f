package dev.quarry.proxy.listener;

import dev.quarry.proxy.QuarrySettings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Iterator;
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

    private final QuarrySettings settings;
    private final ListenerPorts ports;

    ListenerConnectors(QuarrySettings settings, ListenerPorts ports) {
        this.settings = settings;
        this.ports = ports;
    }

    @Override
    public void customize(TomcatServletWebServerFactory factory) {
        LOG.info("listeners on {}: {}", settings.bind(), ports.all());
        Iterator<Integer> all = ports.all().values().iterator();
        InetAddress address = address();
        factory.setAddress(address);
        factory.setPort(all.next());
        factory.addConnectorCustomizers(ListenerConnectors::limit);
        while (all.hasNext()) {
            Connector connector = new Connector(TomcatServletWebServerFactory.DEFAULT_PROTOCOL);
            connector.setPort(all.next());
            if (connector.getProtocolHandler() instanceof AbstractHttp11Protocol<?> http) {
                http.setAddress(address);
            }
            limit(connector);
            factory.addAdditionalConnectors(connector);
        }
    }

    private static void limit(Connector connector) {
        connector.setXpoweredBy(false);
        connector.setMaxPostSize(64 * 1024);
        if (connector.getProtocolHandler() instanceof AbstractHttp11Protocol<?> http) {
            http.setMaxThreads(THREADS);
            http.setMaxSwallowSize(64 * 1024);
            http.setConnectionUploadTimeout(60_000);
            http.setDisableUploadTimeout(false);
        }
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
