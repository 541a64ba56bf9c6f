package dev.quarry.activity.payload;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.temporal.api.common.v1.Payload;
import io.temporal.payload.codec.PayloadCodec;
import io.temporal.payload.codec.PayloadCodecException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Seals whole payloads with AES-GCM: data is 12 random bytes and what was sealed; the metadata says so and names the key, which is authenticated too. What is not
 * sealed passes as it is, so that operators and programs without a key can start and signal workflows, and histories from before can go on.
 */
public final class SealedPayloadCodec implements PayloadCodec {
    static final String ENCODING = "binary/encrypted";
    static final String KEY_ID = "encryption-key-id";
    private static final String ENCODING_FIELD = "encoding";
    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;

    private final PayloadKeys keys;
    private final SecureRandom random = new SecureRandom();

    public SealedPayloadCodec(PayloadKeys keys) {
        this.keys = keys;
    }

    @Override
    public List<Payload> encode(List<Payload> payloads) {
        return payloads.stream().map(this::seal).toList();
    }

    /** @throws PayloadCodecException if the key is not there, or the payload was changed */
    @Override
    public List<Payload> decode(List<Payload> payloads) {
        return payloads.stream().map(this::open).toList();
    }

    private Payload seal(Payload payload) {
        String id = keys.current();
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        byte[] sealed = crypt(Cipher.ENCRYPT_MODE, id, nonce, payload.toByteArray());
        return Payload.newBuilder()
                .putMetadata(ENCODING_FIELD, ByteString.copyFromUtf8(ENCODING))
                .putMetadata(KEY_ID, ByteString.copyFromUtf8(id))
                .setData(ByteString.copyFrom(nonce).concat(ByteString.copyFrom(sealed)))
                .build();
    }

    private Payload open(Payload payload) {
        if (!ENCODING.equals(metadata(payload, ENCODING_FIELD))) {
            return payload;
        }
        ByteBuffer data = payload.getData().asReadOnlyByteBuffer();
        if (data.remaining() < NONCE) {
            throw new PayloadCodecException("a sealed payload is too short to be one");
        }
        byte[] nonce = new byte[NONCE];
        data.get(nonce);
        byte[] sealed = new byte[data.remaining()];
        data.get(sealed);
        try {
            return Payload.parseFrom(crypt(Cipher.DECRYPT_MODE, metadata(payload, KEY_ID), nonce, sealed));
        } catch (InvalidProtocolBufferException notOne) {
            throw new PayloadCodecException("what was sealed is no payload", notOne);
        }
    }

    private static String metadata(Payload payload, String field) {
        return payload.getMetadataOrDefault(field, ByteString.EMPTY).toStringUtf8();
    }

    private byte[] crypt(int mode, String id, byte[] nonce, byte[] bytes) {
        SecretKey key = keys.key(id)
                .orElseThrow(
                        () -> new PayloadCodecException(
                                "a payload is sealed under key '" + id
                                        + "', which QUARRY_TEMPORAL_PAYLOAD_KEYS_FILE does not hold: put it back below the first line"));
        try {
            Cipher cipher = Cipher.getInstance(CIPHER);
            cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(id.getBytes(StandardCharsets.UTF_8));
            return cipher.doFinal(bytes);
        } catch (GeneralSecurityException changed) {
            throw new PayloadCodecException(
                    "a payload sealed under key '" + id + "' was changed, or is no such", changed);
        }
    }
}
