package dev.quarry.proxy.security;

import dev.quarry.proxy.QuarrySettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.stereotype.Component;

/**
 * The key from outside the database that seals the keys in it: AES-256-GCM, a fresh 96-bit nonce in front of each sealed value, and the
 * value's purpose and version as associated data, so that one sealed value cannot stand in for another.
 */
@Component
class MasterKey {
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecretKey key;
    private final SecureRandom random = new SecureRandom();

    MasterKey(QuarrySettings settings) {
        this.key = new SecretKeySpec(read(settings.masterKeyFile()), "AES");
    }

    byte[] seal(byte[] plain, byte[] associated) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        byte[] sealed = crypt(Cipher.ENCRYPT_MODE, nonce, plain, associated);
        byte[] both = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
        System.arraycopy(sealed, 0, both, NONCE_BYTES, sealed.length);
        return both;
    }

    /** @throws IllegalStateException if the value was sealed under another master key, or for another purpose */
    byte[] open(byte[] sealed, byte[] associated) {
        byte[] nonce = Arrays.copyOf(sealed, NONCE_BYTES);
        return crypt(Cipher.DECRYPT_MODE, nonce, Arrays.copyOfRange(sealed, NONCE_BYTES, sealed.length), associated);
    }

    private byte[] crypt(int mode, byte[] nonce, byte[] bytes, byte[] associated) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(associated);
            return cipher.doFinal(bytes);
        } catch (GeneralSecurityException refused) {
            throw new IllegalStateException(
                    "a sealed key does not open: QUARRY_MASTER_KEY_FILE is not the one that this database was set up with",
                    refused);
        }
    }

    private static byte[] read(@org.jspecify.annotations.Nullable Path file) {
        String make = "make one with: openssl rand -base64 32";
        if (file == null) {
            throw new IllegalArgumentException(
                    "QUARRY_MASTER_KEY_FILE is not set; it names a file with 32 random bytes in base64, " + make);
        }
        try {
            byte[] bytes = Base64.getDecoder().decode(Files.readString(file).strip());
            if (bytes.length != 32) {
                throw new IllegalArgumentException(
                        "QUARRY_MASTER_KEY_FILE " + file + " holds " + bytes.length + " bytes, not 32; " + make);
            }
            return bytes;
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(
                    "QUARRY_MASTER_KEY_FILE " + file + " cannot be read; " + make, unreadable);
        }
    }

    @Override
    public String toString() {
        return "MasterKey";
    }
}
