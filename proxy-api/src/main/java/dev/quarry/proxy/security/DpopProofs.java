package dev.quarry.proxy.security;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWK;
import dev.quarry.proxy.QuarrySettings;
import dev.quarry.proxy.problem.Problem;
import jakarta.servlet.http.HttpServletRequest;
import java.text.ParseException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.Cache;
import org.springframework.cache.support.NoOpCache;
import org.springframework.cache.support.SimpleValueWrapper;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jwt.DPoPProofContext;
import org.springframework.security.oauth2.jwt.DPoPProofJwtDecoderFactory;
import org.springframework.security.oauth2.jwt.DPoPProofReplayValidator;
import org.springframework.security.oauth2.jwt.DPoPProofReplayValidator.CacheValue;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.JwtIssuedAtValidator;
import org.springframework.security.oauth2.server.resource.authentication.DPoPAuthenticationToken;
import org.springframework.security.oauth2.server.resource.web.authentication.DPoPAuthenticationConverter;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.authentication.AuthenticationEntryPointFailureHandler;
import org.springframework.security.web.authentication.AuthenticationFailureHandler;
import org.springframework.stereotype.Component;

/**
 * Proofs of possession (RFC 9449): a request shows, signed for this method, this URL and this moment, that its sender holds a key. The library checks them; here
 * is what it must know. That a proof was used with a token is remembered for all processes. A ticket's is remembered in this one alone: whoever claims is not
 * known yet and could fill the table, and what a claim with the same proof, ticket and nonce gives is bound to a key that the thief has not.
 */
@Component
public class DpopProofs {
    private static final String HEADER = "DPoP";
    private static final String ALGORITHM = "ES256";
    /** An agent of many small files makes a hundred requests a second, and the library's own limit of one key is 1,000 proofs. */
    private static final int PROOFS_OF_ONE_KEY = 20_000;

    private static final int PROOFS = 200_000;

    private final DPoPProofJwtDecoderFactory ofTokens = new DPoPProofJwtDecoderFactory();
    private final DPoPProofJwtDecoderFactory ofTickets = new DPoPProofJwtDecoderFactory();
    private final DPoPAuthenticationConverter converter = new DPoPAuthenticationConverter();
    private final @Nullable String scheme;

    DpopProofs(QuarrySettings settings, UsedProofs used) {
        this.scheme = settings.attempt().proofScheme();
        Duration window = settings.attempt().proofWindow();
        ofTokens.setJwtValidatorFactory(validators(window, ofAllProcesses(used)));
        ofTickets.setJwtValidatorFactory(validators(window, ofThisProcess()));
    }

    /** The library asks for the proof's use last, when all else about it is good. */
    private static Function<DPoPProofContext, OAuth2TokenValidator<Jwt>> validators(Duration window, Cache used) {
        JwtIssuedAtValidator times = new JwtIssuedAtValidator(true);
        times.setClockSkew(window);
        DPoPProofReplayValidator once = new DPoPProofReplayValidator(used);
        once.setClockSkew(window);
        return DPoPProofJwtDecoderFactory.createDefaultJwtValidatorFactory(List.of(times, once, DpopProofs::algorithm));
    }

    private static Cache ofAllProcesses(UsedProofs used) {
        return new NoOpCache("used proofs") {
            @Override
            public @Nullable ValueWrapper putIfAbsent(Object id, @Nullable Object value) {
                CacheValue proof = (CacheValue) Objects.requireNonNull(value);
                return used.isFirst("dpop " + proof.getJwkThumbprint() + " " + id, proof.getExpiresAt())
                        ? null
                        : new SimpleValueWrapper(proof);
            }
        };
    }

    private static Cache ofThisProcess() {
        DPoPProofReplayValidator.InMemoryCache used = new DPoPProofReplayValidator.InMemoryCache();
        used.setMaxSize(PROOFS);
        used.setMaxRequestsPerKey(PROOFS_OF_ONE_KEY);
        return used;
    }

    private static OAuth2TokenValidatorResult algorithm(Jwt proof) {
        return ALGORITHM.equals(proof.getHeaders().get("alg"))
                ? OAuth2TokenValidatorResult.success()
                : OAuth2TokenValidatorResult.failure(new OAuth2Error("invalid_dpop_proof"));
    }

    DPoPProofJwtDecoderFactory decoders() {
        return ofTokens;
    }

    /** Refuses what is no good proof. That the database cannot be asked is not the proof's fault: that is thrown as it is. */
    static AuthenticationFailureHandler failures(AuthenticationEntryPoint refusals) {
        AuthenticationFailureHandler refusing = new AuthenticationEntryPointFailureHandler(refusals);
        return (request, response, failed) -> {
            if (failed.getCause() instanceof DataAccessException away) {
                throw away;
            }
            refusing.onAuthenticationFailure(request, response, failed);
        };
    }

    /** A token and its proof, if the request comes with both. */
    @Nullable
    Authentication convert(HttpServletRequest request) {
        Authentication shown = converter.convert(request);
        return shown instanceof DPoPAuthenticationToken bound
                ? new DPoPAuthenticationToken(
                        bound.getAccessToken(), bound.getDPoPProof(), bound.getMethod(), target(request))
                : shown;
    }

    /** The thumbprint of the key that a request without a token was made with; empty without a proof. @throws Problem 401 if the proof is none for this request */
    public Optional<String> thumbprint(HttpServletRequest request) {
        List<String> proofs = Collections.list(request.getHeaders(HEADER));
        if (proofs.isEmpty()) {
            return Optional.empty();
        }
        if (proofs.size() > 1) {
            throw invalid();
        }
        DPoPProofContext context = DPoPProofContext.withDPoPProof(proofs.get(0))
                .method(request.getMethod())
                .targetUri(target(request))
                .build();
        try {
            return Optional.of(thumbprint(ofTickets.createDecoder(context).decode(context.getDPoPProof())));
        } catch (JwtException | ParseException | JOSEException unfit) {
            throw invalid();
        }
    }

    private static String thumbprint(Jwt proof) throws ParseException, JOSEException {
        @SuppressWarnings("unchecked") // the decoder has read it as a key
        Map<String, Object> key = (Map<String, Object>) proof.getHeaders().get("jwk");
        return JWK.parse(key).computeThumbprint().toString();
    }

    /** As the sender wrote it, where TLS may have ended before us. */
    private String target(HttpServletRequest request) {
        String url = request.getRequestURL().toString();
        return scheme == null ? url : scheme + url.substring(url.indexOf("://"));
    }

    private static Problem invalid() {
        return new Problem(
                HttpStatus.UNAUTHORIZED,
                "invalid_dpop_proof",
                "the DPoP header is no fresh ES256 proof for this method and URL (RFC 9449)");
    }
}
