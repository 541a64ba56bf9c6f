package dev.quarry.proxy.listener;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Collections;

/** A private key and a certificate load side by side even if one was replaced and the other not yet; handshakes would fail then. */
final class KeyPairCheck {
    private KeyPairCheck() {}

    /** @throws IllegalArgumentException if a private key is not that of its certificate */
    static void check(KeyStore store) {
        try {
            for (String alias : Collections.list(store.aliases())) {
                if (store.getKey(alias, new char[0]) instanceof PrivateKey key && !signs(store, alias, key)) {
                    throw new IllegalArgumentException("the private key is not that of the certificate");
                }
            }
        } catch (GeneralSecurityException unfit) {
            throw new IllegalArgumentException("the private key or the certificate cannot be used", unfit);
        }
    }

    private static boolean signs(KeyStore store, String alias, PrivateKey key) throws GeneralSecurityException {
        byte[] message = {1, 2, 3};
        Signature signature = Signature.getInstance(algorithm(key));
        signature.initSign(key);
        signature.update(message);
        byte[] signed = signature.sign();
        signature.initVerify(store.getCertificate(alias));
        signature.update(message);
        try {
            return signature.verify(signed);
        } catch (GeneralSecurityException another) {
            return false;
        }
    }

    private static String algorithm(PrivateKey key) {
        return switch (key.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> key.getAlgorithm();
        };
    }
}
