package dev.quarry.activity.job;

/** The one-use secret that a job swaps for its token. Does not print itself. */
public record Ticket(String secret) {
    public Ticket {
        if (secret.isBlank()) {
            throw new IllegalArgumentException("the ticket is empty");
        }
    }

    @Override
    public String toString() {
        return "Ticket[***]";
    }
}
