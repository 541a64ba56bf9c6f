package dev.quarry.proxy.attempt;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.quarry.proxy.QuarrySettings;
import dev.quarry.proxy.lane.Lanes;
import dev.quarry.proxy.limit.RateLimits;
import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.security.DpopProofs;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The job API's calls about an attempt itself: claim, items, renew. */
@RestController
@RequestMapping("/v1/attempts")
class JobController {
    static final String NDJSON = "application/x-ndjson";

    private final AgentClaims claims;
    private final AttemptTokens tokens;
    private final AttemptAccess access;
    private final AttemptItems items;
    private final Lanes lanes;
    private final DpopProofs proofs;
    private final RateLimits tries;
    private final ClaimAudit audit;
    private final AttemptLimits limits;

    JobController(
            AgentClaims claims,
            AttemptTokens tokens,
            AttemptAccess access,
            AttemptItems items,
            Lanes lanes,
            DpopProofs proofs,
            RateLimits tries,
            ClaimAudit audit,
            QuarrySettings settings) {
        this.claims = claims;
        this.tokens = tokens;
        this.access = access;
        this.items = items;
        this.lanes = lanes;
        this.proofs = proofs;
        this.tries = tries;
        this.audit = audit;
        this.limits = settings.attempt();
    }

    /** A ticket and the agent's nonce; neither is printed. */
    record Claim(@Nullable String ticket, @Nullable String nonce) {
        @Override
        public String toString() {
            return "Claim";
        }
    }

    /** The token, and what to do with it; not printed. */
    record ClaimAnswer(
            @JsonProperty("access_token") String accessToken,
            @JsonProperty("token_type") String tokenType,
            @JsonProperty("expires_in") long expiresIn,
            @JsonProperty("renew_in") long renewIn,
            UUID attempt,
            int epoch,
            String lane,
            List<String> extractors,
            int items,
            long bytes) {
        @Override
        public String toString() {
            return "ClaimAnswer[" + attempt + "]";
        }
    }

    @PostMapping("/claim")
    ClaimAnswer claim(@RequestBody Claim body, HttpServletRequest request) {
        if (body.ticket() == null
                || body.nonce() == null
                || body.nonce().length() < 22
                || body.nonce().length() > 100) {
            throw Problem.invalid("malformed", "'ticket' and a 'nonce' of 22 to 100 characters are needed");
        }
        orTooMany(body.ticket(), request);
        AgentClaims.Claimed claimed = claimed(body.ticket(), body.nonce(), request);
        AttemptRow attempt = claimed.attempt();
        return new ClaimAnswer(
                tokens.mint(attempt, claimed.tenant(), attempt.tokenSerial()),
                AttemptTokens.type(attempt),
                tokens.life().toSeconds(),
                limits.renewIn().toSeconds(),
                attempt.id(),
                attempt.epoch(),
                claimed.lane(),
                lanes.byName(claimed.lane()).extractors(),
                claimed.size().files(),
                claimed.size().bytes());
    }

    /** An address is one network's: who guesses tickets there must not keep its agents from claiming theirs. */
    private void orTooMany(String ticket, HttpServletRequest request) {
        long wait = tries.claim(request.getRemoteAddr());
        if (wait > 0 && !claims.isGenuine(ticket)) {
            tries.orRefuse(wait);
        }
    }

    private AgentClaims.Claimed claimed(String ticket, String nonce, HttpServletRequest request) {
        try {
            AgentClaims.Claimed claimed = claims.claim(ticket, new AgentClaims.Claimant(nonce, proofKey(request)));
            audit.claimed(claimed, request.getRemoteAddr());
            return claimed;
        } catch (Problem refused) {
            audit.refused(ticket, refused, request.getRemoteAddr());
            if (refused.status() == HttpStatus.UNAUTHORIZED) {
                tries.badClaim(request.getRemoteAddr());
            }
            throw refused;
        }
    }

    private @Nullable String proofKey(HttpServletRequest request) {
        Optional<String> key = proofs.thumbprint(request);
        if (key.isEmpty() && limits.requireProof()) {
            throw new Problem(
                    HttpStatus.UNAUTHORIZED,
                    "proof_needed",
                    "tickets are claimed with a DPoP proof only (RFC 9449); set QUARRY_DPOP at the worker of this site");
        }
        return key.orElse(null);
    }

    @GetMapping("/{attempt}/items")
    ResponseEntity<String> items(@PathVariable UUID attempt, @AuthenticationPrincipal Jwt token) {
        return ResponseEntity.ok()
                .contentType(MediaType.parseMediaType(NDJSON))
                .body(items.ndjson(access.claims(token, attempt)));
    }

    /** The next token; not printed. */
    record TokenAnswer(
            @JsonProperty("access_token") String accessToken,
            @JsonProperty("token_type") String tokenType,
            @JsonProperty("expires_in") long expiresIn) {
        @Override
        public String toString() {
            return "TokenAnswer";
        }
    }

    @PostMapping("/{attempt}/renew")
    TokenAnswer renew(
            @PathVariable UUID attempt,
            @AuthenticationPrincipal Jwt token,
            @RequestBody AgentClaims.Progress progress) {
        AgentClaims.Renewed renewed = claims.renew(access.claims(token, attempt), progress);
        return new TokenAnswer(
                tokens.mint(
                        renewed.attempt(), renewed.tenant(), renewed.attempt().tokenSerial()),
                AttemptTokens.type(renewed.attempt()),
                tokens.life().toSeconds());
    }
}
