package dev.quarry.activity.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the worker signs; that the API takes it is tested from end to end. */
class ClientKeyTest {
    @TempDir
    Path folder;

    @Test
    void eachRequestHasAFreshAssertionThatTheKeyHasSigned() throws Exception {
        KeyPair pair = pair("secp256r1");
        ClientKey key = ClientKey.read("quarry-worker-eu", pem(pair));
        assertThat(key.authorization()).isEmpty();
        String first = assertion(key.form());
        String second = assertion(key.form());
        assertThat(claims(first).get("jti")).isNotEqualTo(claims(second).get("jti"));
        JsonNode claims = claims(first);
        assertThat(claims.get("iss").asText()).isEqualTo("quarry-worker-eu");
        assertThat(claims.get("sub").asText()).isEqualTo("quarry-worker-eu");
        assertThat(claims.get("aud").asText()).isEqualTo("urn:quarry");
        assertThat(Instant.ofEpochSecond(claims.get("exp").asLong()))
                .isBetween(Instant.now(), Instant.now().plusSeconds(300));
        int end = first.lastIndexOf('.');
        Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
        signature.initVerify(pair.getPublic());
        signature.update(first.substring(0, end).getBytes(StandardCharsets.US_ASCII));
        assertThat(signature.verify(Base64.getUrlDecoder().decode(first.substring(end + 1))))
                .isTrue();
    }

    @Test
    void aFileWithoutSuchAKeyIsRefusedAndNotShown() throws Exception {
        Path other = pem(pair("secp384r1"));
        assertThatThrownBy(() -> ClientKey.read("quarry-worker", other)).hasMessageContaining("no private P-256 key");
        Path text = Files.writeString(folder.resolve("text"), "my secret");
        assertThatThrownBy(() -> ClientKey.read("quarry-worker", text))
                .hasMessageContaining("no private P-256 key")
                .hasMessageNotContaining("my secret");
        assertThat(ClientKey.read("quarry-worker", pem(pair("secp256r1")))).hasToString("ClientKey[id=quarry-worker]");
    }

    private static String assertion(String form) {
        assertThat(form).contains("&client_id=quarry-worker-eu");
        return form.substring(form.indexOf("&client_assertion=") + "&client_assertion=".length());
    }

    private static JsonNode claims(String assertion) throws Exception {
        return new ObjectMapper()
                .readTree(Base64.getUrlDecoder().decode(assertion.split("\\.", -1)[1]));
    }

    private static KeyPair pair(String curve) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        return generator.generateKeyPair();
    }

    private Path pem(KeyPair pair) throws Exception {
        String body = Base64.getMimeEncoder().encodeToString(pair.getPrivate().getEncoded());
        return Files.writeString(
                Files.createTempFile(folder, "key", ".pem"),
                "-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----\n");
    }
}
