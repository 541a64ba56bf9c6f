package dev.quarry.proxy.attempt;

/** What one response takes of its attempt's byte budget. */
final class Spending implements AutoCloseable {
    private final ByteBudget budget;
    private final AttemptTokens.Claims claims;
    private long taken;
    private long wanted;

    /**
     * @param taken of the budget, and not sent yet
     * @param wanted besides
     */
    Spending(ByteBudget budget, AttemptTokens.Claims claims, long taken, long wanted) {
        this.budget = budget;
        this.claims = claims;
        this.taken = taken;
        this.wanted = wanted;
    }

    /** Before so many bytes are sent. @throws dev.quarry.proxy.problem.Problem 429 if the budget is spent */
    void send(int bytes) {
        if (bytes > taken) {
            long piece = budget.more(claims, bytes - taken, wanted);
            wanted = Math.max(0, wanted - piece);
            taken += piece;
        }
        taken -= bytes;
    }

    @Override
    public void close() {
        if (taken > 0) {
            budget.giveBack(claims, taken);
            taken = 0;
        }
    }
}
