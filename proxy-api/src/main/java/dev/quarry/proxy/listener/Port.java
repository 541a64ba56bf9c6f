package dev.quarry.proxy.listener;

import org.springframework.boot.context.properties.bind.DefaultValue;

/** Port of a listener; 0 is a free one. */
public record Port(@DefaultValue("0") int port) {}
