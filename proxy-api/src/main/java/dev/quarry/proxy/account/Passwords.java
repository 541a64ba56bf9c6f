package dev.quarry.proxy.account;

import dev.quarry.proxy.problem.Problem;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.stereotype.Component;

/** Passwords of people: argon2id with 19 MiB and two passes. A hash takes memory and time on purpose, so only a few are made at once. */
@Component
class Passwords {
    static final int SHORTEST = 12;
    static final int LONGEST = 200;

    private final PasswordEncoder argon2 = new Argon2PasswordEncoder(16, 32, 1, 19_456, 2);
    private final Semaphore room =
            new Semaphore(Math.max(2, Runtime.getRuntime().availableProcessors()));
    /** What a password is compared with where there is no account, so that the answer takes as long. */
    private final String nobody = String.valueOf(argon2.encode("of nobody"));

    /** @throws Problem 422 if it is too short, too long or the account's name; 503 if too many are hashed now */
    String hash(String account, @Nullable String password) {
        if (password == null || password.length() < SHORTEST || password.length() > LONGEST) {
            throw Problem.invalid("invalid_password", "a password has " + SHORTEST + " to " + LONGEST + " characters");
        }
        if (password.equalsIgnoreCase(account)) {
            throw Problem.invalid("invalid_password", "the password is the account's name");
        }
        return withRoom(() -> String.valueOf(argon2.encode(password)));
    }

    /** @param hash null where there is no account: never matches, and takes as long. @throws Problem 503 if too many are hashed now */
    boolean matches(String password, @Nullable String hash) {
        String shown = password.length() > LONGEST ? "" : password;
        boolean matches = withRoom(() -> argon2.matches(shown, hash == null ? nobody : hash));
        return matches && hash != null && !shown.isEmpty();
    }

    private <T> T withRoom(Supplier<T> work) {
        try {
            if (!room.tryAcquire(5, TimeUnit.SECONDS)) {
                throw new Problem(HttpStatus.SERVICE_UNAVAILABLE, "busy", "too many sign in now; try again");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interrupted);
        }
        try {
            return work.get();
        } finally {
            room.release();
        }
    }
}
