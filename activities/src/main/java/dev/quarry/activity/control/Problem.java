package dev.quarry.activity.control;

import org.jspecify.annotations.Nullable;

/** A problem detail, RFC 9457, as far as it is read. */
record Problem(
        @Nullable String title,
        int status,
        @Nullable String detail,
        @Nullable String code) {}
