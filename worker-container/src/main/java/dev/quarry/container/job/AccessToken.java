package dev.quarry.container.job;

/** The token of the moment. It lives here, in the agent's memory, and nowhere else. */
final class AccessToken {
    private volatile String value = "";

    void set(String token) {
        value = token;
    }

    String get() {
        return value;
    }

    @Override
    public String toString() {
        return "AccessToken(secret)";
    }
}
