package dev.quarry.proxy.security;

import dev.quarry.proxy.listener.Listener;

/** A token is good for one API only. */
public final class Audience {
    public static final String ISSUER = "urn:quarry";
    /** No API's. */
    static final String LOGIN = "urn:quarry:login";

    private Audience() {}

    public static String of(Listener listener) {
        return switch (listener) {
            case CONTROL -> "urn:quarry:control";
            case JOB -> "urn:quarry:job";
            case PUBLIC, ARTIFACTS -> "urn:quarry:public";
        };
    }
}
