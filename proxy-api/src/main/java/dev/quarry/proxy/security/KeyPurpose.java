package dev.quarry.proxy.security;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/** What a sealed key is for: it opens as nothing else. */
enum KeyPurpose {
    /** ES256, as a JWK. */
    SIGNING {
        @Override
        byte[] generate(int version) {
            try {
                return new ECKeyGenerator(Curve.P_256)
                        .keyID("s" + version)
                        .keyUse(KeyUse.SIGNATURE)
                        .generate()
                        .toJSONString()
                        .getBytes(StandardCharsets.UTF_8);
            } catch (JOSEException impossible) {
                throw new IllegalStateException("this JVM cannot make a P-256 key", impossible);
            }
        }
    },
    /** HMAC-SHA256. */
    TICKET {
        @Override
        byte[] generate(int version) {
            byte[] key = new byte[32];
            new SecureRandom().nextBytes(key);
            return key;
        }
    };

    abstract byte[] generate(int version);
}
