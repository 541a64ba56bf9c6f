package dev.quarry.proxy.attempt;

import org.jspecify.annotations.Nullable;

/** The answer to one line. */
record LineAnswer(int line, int status, @Nullable String detail) {}
