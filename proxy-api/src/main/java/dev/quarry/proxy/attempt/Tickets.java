package dev.quarry.proxy.attempt;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.stereotype.Component;

/**
 * One-use tickets: {@code qt_} and base64url of the attempt's id and HMAC-SHA256(key of the version kept on the attempt; attempt id, epoch). Derived, so a
 * retry of open gives the very same ticket and job spec; worthless once claimed (design.md, section 8).
 */
@Component
class Tickets {
    private static final String PREFIX = "qt_";
    private static final int ID_BYTES = 16;
    private static final int MAC_BYTES = 32;

    private final TicketKeys keys;

    Tickets(TicketKeys keys) {
        this.keys = keys;
    }

    /** Version of the key that tickets of new attempts are made with. */
    int currentKeyVersion() {
        return keys.current();
    }

    /** Empty if its key is retired: the ticket is worthless. */
    Optional<String> of(AttemptRow attempt) {
        return mac(attempt).map(mac -> {
            byte[] both = Arrays.copyOf(idBytes(attempt.id()), ID_BYTES + MAC_BYTES);
            System.arraycopy(mac, 0, both, ID_BYTES, MAC_BYTES);
            return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(both);
        });
    }

    /** The attempt that a ticket claims to be for; nothing is verified yet. */
    static Optional<UUID> attemptOf(String ticket) {
        return bytes(ticket).map(both -> {
            ByteBuffer buffer = ByteBuffer.wrap(both);
            return new UUID(buffer.getLong(), buffer.getLong());
        });
    }

    boolean verify(String ticket, AttemptRow attempt) {
        Optional<byte[]> expected = mac(attempt);
        return expected.isPresent()
                && bytes(ticket)
                        .map(both -> MessageDigest.isEqual(
                                Arrays.copyOfRange(both, ID_BYTES, ID_BYTES + MAC_BYTES), expected.get()))
                        .orElse(false);
    }

    private Optional<byte[]> mac(AttemptRow attempt) {
        return keys.key(attempt.ticketKeyVersion()).map(key -> mac(key, attempt));
    }

    private static byte[] mac(byte[] key, AttemptRow attempt) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            mac.update(idBytes(attempt.id()));
            return mac.doFinal(
                    ByteBuffer.allocate(Integer.BYTES).putInt(attempt.epoch()).array());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JVM has HmacSHA256", impossible);
        }
    }

    private static Optional<byte[]> bytes(String ticket) {
        if (!ticket.startsWith(PREFIX)) {
            return Optional.empty();
        }
        try {
            byte[] both = Base64.getUrlDecoder().decode(ticket.substring(PREFIX.length()));
            return both.length == ID_BYTES + MAC_BYTES ? Optional.of(both) : Optional.empty();
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    private static byte[] idBytes(UUID id) {
        return ByteBuffer.allocate(ID_BYTES)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
    }
}
