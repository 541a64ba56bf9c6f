package dev.quarry.proxy.attempt;

import dev.quarry.proxy.attempt.AttemptTokens.Claims;
import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.security.AuthorizationTime;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.http.HttpStatus;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.stereotype.Component;

/** Holds a token against its attempt's row (design.md, section 8): every request does, so that revocation is immediate. */
@Component
class AttemptAccess {
    private final AuthorizationTime time;

    AttemptAccess(AuthorizationTime time) {
        this.time = time;
    }

    /** The token's claims, if it is the token of the attempt in the path; 404 if it is another's. */
    Claims claims(Jwt token, UUID attempt) {
        Claims claims;
        try {
            claims = AttemptTokens.read(token);
        } catch (IllegalArgumentException malformed) {
            throw unauthorized();
        }
        if (!claims.attempt().equals(attempt)) {
            throw Problem.notFound("attempt", attempt);
        }
        return claims;
    }

    /**
     * Reads the attempt's row and holds the token against it. Serial equal, or one behind until that token's own expiry, which the decoder has checked.
     *
     * @param read of the attempt's row, locked if the caller needs that
     */
    void check(Claims claims, Function<UUID, Optional<AttemptRow>> read) {
        long began = System.nanoTime();
        check(claims, read.apply(claims.attempt()).orElseThrow(() -> Problem.notFound("attempt", claims.attempt())));
        time.rowChecked(System.nanoTime() - began);
    }

    private void check(Claims claims, AttemptRow row) {
        alive(claims, row);
        if (claims.serial() != row.tokenSerial() && claims.serial() != row.tokenSerial() - 1) {
            throw unauthorized();
        }
    }

    /** All but the serial, which renew treats by itself. */
    void alive(Claims claims, AttemptRow row) {
        if (claims.epoch() != row.epoch()) {
            throw unauthorized();
        }
        if (row.state() != AttemptState.RUNNING || !Instant.now().isBefore(row.hardDeadline())) {
            throw closed();
        }
    }

    static Problem unauthorized() {
        return new Problem(HttpStatus.UNAUTHORIZED, "unauthorized", "a valid bearer token of this API is needed");
    }

    static Problem closed() {
        return Problem.gone("attempt_closed", "this attempt is over; stop, and change nothing more");
    }
}
