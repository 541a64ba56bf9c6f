package dev.quarry.proxy.store;

import com.fasterxml.jackson.annotation.JsonCreator;

/** A secret on its way from a request to its seal, or from its seal to a client; it does not print itself and is never written as JSON. */
public record Secret(
        @com.fasterxml.jackson.annotation.JsonIgnore String value) {
    /** Not for JSON: an object there is no secret. */
    @JsonCreator(mode = JsonCreator.Mode.DISABLED)
    public Secret {}

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static Secret of(String value) {
        return new Secret(value);
    }

    @Override
    public String toString() {
        return "Secret";
    }
}
