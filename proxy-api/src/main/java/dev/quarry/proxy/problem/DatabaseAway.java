package dev.quarry.proxy.problem;

import java.util.List;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;

/** What the framework throws when the database is gone, does not answer in time, or is busy with something else. */
final class DatabaseAway {
    private static final List<Class<? extends Exception>> SIGNS = List.of(
            CannotGetJdbcConnectionException.class,
            CannotCreateTransactionException.class,
            DataAccessResourceFailureException.class,
            TransientDataAccessException.class,
            TransactionSystemException.class // it went away within a transaction, which then could not be rolled back
            );

    private DatabaseAway() {}

    static boolean is(Throwable thrown) {
        return SIGNS.stream().anyMatch(sign -> sign.isInstance(thrown));
    }

    static Problem problem() {
        return new Problem(
                HttpStatus.SERVICE_UNAVAILABLE, "database_away", "the database does not answer; try again", 1);
    }
}
