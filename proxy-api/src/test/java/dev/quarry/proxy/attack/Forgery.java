package dev.quarry.proxy.attack;

import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.source.JWKSource;
import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.listener.Listener;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;

/** A token made by hand from one that the API gave: any header, any claim, signed with the API's own key, another one, or not at all. */
record Forgery(Map<String, Object> headers, Map<String, Object> claims) {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    static Forgery of(String token) {
        String[] parts = token.split("\\.");
        return new Forgery(read(parts[0]), read(parts[1]));
    }

    /** A good proof of possession (RFC 9449) for one call with a token, or without one. */
    static Forgery proof(ECKey key, String url, String method, @Nullable String token) {
        Map<String, Object> headers = new LinkedHashMap<>();
        headers.put("typ", "dpop+jwt");
        headers.put("alg", "ES256");
        headers.put("jwk", key.toPublicJWK().toJSONObject());
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("jti", UUID.randomUUID().toString());
        claims.put("htm", method);
        claims.put("htu", url);
        claims.put("iat", Instant.now().getEpochSecond());
        if (token != null) {
            claims.put("ath", hash(token));
        }
        return new Forgery(headers, claims);
    }

    static String hash(String text) {
        try {
            return BASE64.encodeToString(
                    MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Map<String, Object> read(String part) {
        return RunningApi.JSON.readValue(
                Base64.getUrlDecoder().decode(part), new TypeReference<Map<String, Object>>() {});
    }

    /** Null: without it. */
    Forgery header(String name, @Nullable Object value) {
        return new Forgery(changed(headers, name, value), claims);
    }

    /** Null: without it. */
    Forgery claim(String name, @Nullable Object value) {
        return new Forgery(headers, changed(claims, name, value));
    }

    private static Map<String, Object> changed(Map<String, Object> before, String name, @Nullable Object value) {
        Map<String, Object> after = new LinkedHashMap<>(before);
        if (value == null) {
            after.remove(name);
        } else {
            after.put(name, value);
        }
        return after;
    }

    /** As the API itself would: an insider's forgery, which shows that nothing but the changed property is held against it. */
    String signed() {
        return signed(apiKey());
    }

    /** As an API with keys of its own would. */
    String signedBy(RunningApi api) {
        return signed(apiKey(api));
    }

    String signed(ECKey key) {
        try {
            return signed("SHA256withECDSAinP1363Format", key.toECPrivateKey());
        } catch (com.nimbusds.jose.JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    String signed(String algorithm, PrivateKey key) {
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(content().getBytes(StandardCharsets.US_ASCII));
            return content() + "." + BASE64.encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    String hmac(byte[] secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return content() + "." + BASE64.encodeToString(mac.doFinal(content().getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    String unsigned() {
        return content() + ".";
    }

    String content() {
        return base64(headers) + "." + base64(claims);
    }

    private static String base64(Map<String, Object> part) {
        return BASE64.encodeToString(RunningApi.JSON.writeValueAsBytes(part));
    }

    /** The private key that signs now; only a test in the API's own process comes by it. */
    ECKey apiKey() {
        return apiKey(RunningApi.shared());
    }

    private static ECKey apiKey(RunningApi api) {
        try {
            @SuppressWarnings("unchecked")
            JWKSource<com.nimbusds.jose.proc.SecurityContext> keys = api.bean(JWKSource.class);
            String current =
                    String.valueOf(of(api.token(Listener.CONTROL)).headers.get("kid"));
            JWKSelector named =
                    new JWKSelector(new JWKMatcher.Builder().keyID(current).build());
            List<JWK> found = keys.get(named, null);
            return found.get(0).toECKey();
        } catch (com.nimbusds.jose.KeySourceException e) {
            throw new IllegalStateException(e);
        }
    }
}
