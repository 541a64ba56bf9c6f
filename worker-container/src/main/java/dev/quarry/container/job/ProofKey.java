package dev.quarry.container.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A key pair of this agent alone, in its memory, and its proofs of possession (RFC 9449): who reads the agent's tokens somewhere can do nothing with them. The JDK
 * signs; a JOSE library would cost each job its start for these few lines.
 */
final class ProofKey {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final int COORDINATE = 32;

    private final KeyPair pair;
    private final Clock clock;
    private final String header;

    ProofKey(Clock clock) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            this.pair = generator.generateKeyPair();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this JVM cannot make a P-256 key", impossible);
        }
        this.clock = clock;
        this.header = header((ECPublicKey) pair.getPublic());
    }

    private static String header(ECPublicKey key) {
        ObjectNode header = Json.MAPPER.createObjectNode();
        header.put("typ", "dpop+jwt").put("alg", "ES256");
        header.putObject("jwk")
                .put("kty", "EC")
                .put("crv", "P-256")
                .put("x", coordinate(key.getW().getAffineX()))
                .put("y", coordinate(key.getW().getAffineY()));
        return encoded(header);
    }

    /** A fresh proof for one request. @param token the access token that goes with it; null for the claim */
    String proof(String method, URI target, @Nullable String token) {
        ObjectNode claims = Json.MAPPER.createObjectNode();
        claims.put("jti", UUID.randomUUID().toString())
                .put("htm", method)
                .put("htu", target.toString())
                .put("iat", clock.instant().getEpochSecond());
        if (token != null) {
            claims.put("ath", BASE64.encodeToString(sha256(token)));
        }
        String content = header + "." + encoded(claims);
        return content + "." + BASE64.encodeToString(signature(content));
    }

    private byte[] signature(String content) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
            signature.initSign(pair.getPrivate());
            signature.update(content.getBytes(StandardCharsets.US_ASCII));
            return signature.sign();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this JVM cannot sign ES256", impossible);
        }
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JVM has SHA-256", impossible);
        }
    }

    /** Exactly 32 bytes (RFC 7518, section 6.2.1): a BigInteger drops leading zeros and may add one. */
    private static String coordinate(BigInteger value) {
        byte[] number = value.toByteArray();
        byte[] fixed = new byte[COORDINATE];
        int length = Math.min(number.length, COORDINATE);
        System.arraycopy(number, number.length - length, fixed, COORDINATE - length, length);
        return BASE64.encodeToString(fixed);
    }

    private static String encoded(ObjectNode part) {
        return BASE64.encodeToString(part.toString().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "ProofKey(secret)";
    }
}
