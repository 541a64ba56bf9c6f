package dev.quarry.activity.control;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

/**
 * The worker's client id and private key: it signs its own word that it is that client (private_key_jwt, RFC 7523), and no secret travels. Does not print the key.
 * The JDK signs; a JOSE library would be one more dependency for these few lines.
 */
public record ClientKey(String id, PrivateKey key, Clock clock) implements ClientProof {
    private static final String AUDIENCE = "urn:quarry";
    private static final String TYPE = "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer";
    private static final Duration LIFE = Duration.ofMinutes(1);
    private static final int P256_BITS = 256;
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final ObjectMapper JSON = new ObjectMapper();

    /** @throws IllegalArgumentException if the file holds no P-256 key in PEM (PKCS 8) */
    public static ClientKey read(String id, Path file) throws IOException {
        String body = Files.readString(file).replaceAll("-----(BEGIN|END) PRIVATE KEY-----", "");
        try {
            byte[] der = Base64.getMimeDecoder().decode(body);
            PrivateKey key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
            if (key instanceof ECPrivateKey ec && ec.getParams().getOrder().bitLength() == P256_BITS) {
                return new ClientKey(id, key, Clock.systemUTC());
            }
        } catch (GeneralSecurityException | IllegalArgumentException unfit) {
            // refused below, without what the file holds
        }
        throw new IllegalArgumentException(file
                + " holds no private P-256 key in PEM (PKCS 8); make one with: openssl genpkey -algorithm EC -pkeyopt"
                + " ec_paramgen_curve:P-256");
    }

    @Override
    public Optional<String> authorization() {
        return Optional.empty();
    }

    @Override
    public String form() {
        return "&client_id=" + id + "&client_assertion_type=" + TYPE + "&client_assertion=" + assertion();
    }

    private String assertion() {
        ObjectNode header = JSON.createObjectNode().put("typ", "JWT").put("alg", "ES256");
        ObjectNode claims = JSON.createObjectNode()
                .put("iss", id)
                .put("sub", id)
                .put("aud", AUDIENCE)
                .put("jti", UUID.randomUUID().toString())
                .put("exp", clock.instant().plus(LIFE).getEpochSecond());
        String content = encoded(header) + "." + encoded(claims);
        return content + "." + BASE64.encodeToString(signature(content));
    }

    private byte[] signature(String content) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
            signature.initSign(key);
            signature.update(content.getBytes(StandardCharsets.US_ASCII));
            return signature.sign();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this JVM cannot sign ES256", impossible);
        }
    }

    private static String encoded(ObjectNode part) {
        return BASE64.encodeToString(part.toString().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "ClientKey[id=" + id + "]";
    }
}
