package dev.quarry.proxy.attempt;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.slf4j.LoggerFactory;

/** What all there is logs, from its making to its close. */
final class LogOfOneRequest implements AutoCloseable {
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final ListAppender<ILoggingEvent> events = new ListAppender<>();

    LogOfOneRequest() {
        events.start();
        root.addAppender(events);
    }

    /** By whatever logger, on the thread that logged a line with this beginning; nothing, if none did. */
    List<String> linesBeside(String beginning) {
        List<ILoggingEvent> all = List.copyOf(events.list);
        return all.stream()
                .filter(event -> event.getFormattedMessage().startsWith(beginning))
                .findFirst()
                .map(found -> all.stream()
                        .filter(event -> event.getThreadName().equals(found.getThreadName()))
                        .map(ILoggingEvent::getFormattedMessage)
                        .toList())
                .orElse(List.of());
    }

    @Override
    public void close() {
        root.detachAppender(events);
    }
}
