package dev.quarry.activity;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import org.junit.jupiter.api.Test;

class LoggingTest {
    @Test
    void whatWritesWholeRequestsStaysSilentOnEveryLevel() throws Exception {
        LoggerContext context = new LoggerContext();
        context.putProperty("QUARRY_LOG_LEVEL", "TRACE");
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(LoggingTest.class.getResource("/logback.xml"));
        assertThat(context.getLogger("dev.quarry").isDebugEnabled()).isTrue();
        for (String name : new String[] {"org.apache.http.wire", "software.amazon.awssdk.request"}) {
            assertThat(context.getLogger(name).isDebugEnabled()).as(name).isFalse();
        }
    }
}
