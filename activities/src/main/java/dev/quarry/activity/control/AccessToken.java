package dev.quarry.activity.control;

import java.time.Instant;

/** A bearer token and when to get the next one. Does not print itself. */
record AccessToken(String value, Instant refreshAt) {
    @Override
    public String toString() {
        return "AccessToken[***, refreshAt=" + refreshAt + "]";
    }
}
