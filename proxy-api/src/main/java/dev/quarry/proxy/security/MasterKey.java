package dev.quarry.proxy.security;

import dev.quarry.proxy.QuarrySettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The key from outside the database that seals the keys in it: AES-256-GCM, a fresh 96-bit nonce in front of each sealed value, and the
 * value's purpose and version as associated data, so that one sealed value cannot stand in for another.
 */
@Component
class MasterKey {
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecretKey key;
    private final @Nullable SecretKey second;
    private final SecureRandom random = new SecureRandom();

    MasterKey(QuarrySettings settings) {
        this.key = new SecretKeySpec(read("QUARRY_MASTER_KEY_FILE", settings.masterKeyFile()), "AES");
        Path other = settings.secondMasterKeyFile();
        this.second = other == null ? null : new SecretKeySpec(read("QUARRY_SECOND_MASTER_KEY_FILE", other), "AES");
    }

    byte[] seal(byte[] plain, byte[] associated) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        byte[] sealed = encrypt(nonce, plain, associated);
        byte[] both = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
        System.arraycopy(sealed, 0, both, NONCE_BYTES, sealed.length);
        return both;
    }

    /** @throws IllegalStateException if the value was sealed under neither master key, or for another purpose */
    byte[] open(byte[] sealed, byte[] associated) {
        return open(key, sealed, associated)
                .or(() -> second == null ? Optional.empty() : open(second, sealed, associated))
                .orElseThrow(() -> new IllegalStateException(
                        "a sealed key does not open: QUARRY_MASTER_KEY_FILE is not the one that this database was set up with; "
                                + "if it was replaced, name the one before in QUARRY_SECOND_MASTER_KEY_FILE"));
    }

    /** Its content sealed anew, or empty if it is sealed under the master key already. */
    Optional<byte[]> reseal(byte[] sealed, byte[] associated) {
        return open(key, sealed, associated).isPresent()
                ? Optional.empty()
                : Optional.of(seal(open(sealed, associated), associated));
    }

    private byte[] encrypt(byte[] nonce, byte[] plain, byte[] associated) {
        try {
            return crypt(key, Cipher.ENCRYPT_MODE, nonce, plain, associated);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JVM has AES-GCM", impossible);
        }
    }

    private static Optional<byte[]> open(SecretKey key, byte[] sealed, byte[] associated) {
        try {
            byte[] nonce = Arrays.copyOf(sealed, NONCE_BYTES);
            byte[] rest = Arrays.copyOfRange(sealed, NONCE_BYTES, sealed.length);
            return Optional.of(crypt(key, Cipher.DECRYPT_MODE, nonce, rest, associated));
        } catch (GeneralSecurityException refused) {
            return Optional.empty();
        }
    }

    private static byte[] crypt(SecretKey key, int mode, byte[] nonce, byte[] bytes, byte[] associated)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(associated);
        return cipher.doFinal(bytes);
    }

    private static byte[] read(String variable, @Nullable Path file) {
        String make = "make one with: openssl rand -base64 32";
        if (file == null) {
            throw new IllegalArgumentException(
                    variable + " is not set; it names a file with 32 random bytes in base64, " + make);
        }
        try {
            byte[] bytes = decoded(Files.readString(file).strip());
            if (bytes.length != KEY_BYTES) {
                throw new IllegalArgumentException(
                        variable + " " + file + " does not hold 32 bytes in base64; " + make);
            }
            return bytes;
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(variable + " " + file + " cannot be read; " + make, unreadable);
        }
    }

    private static byte[] decoded(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException notBase64) {
            return new byte[0];
        }
    }

    @Override
    public String toString() {
        return "MasterKey";
    }
}
