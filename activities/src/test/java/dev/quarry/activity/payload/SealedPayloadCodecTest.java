package dev.quarry.activity.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.temporal.api.common.v1.Payload;
import io.temporal.api.failure.v1.Failure;
import io.temporal.common.converter.CodecDataConverter;
import io.temporal.common.converter.DefaultDataConverter;
import io.temporal.failure.ApplicationFailure;
import io.temporal.payload.codec.PayloadCodecException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealedPayloadCodecTest {
    private static final String SECRET = "salaries-2026.xlsx";
    private static final String OLD = "old:" + Base64.getEncoder().encodeToString(new byte[32]);
    private static final String NEW =
            "new:" + Base64.getEncoder().encodeToString("n".repeat(32).getBytes(StandardCharsets.US_ASCII));

    @TempDir
    Path folder;

    @Test
    void whatIsSealedOpensAndShowsNothing() throws IOException {
        SealedPayloadCodec codec = codec(OLD);
        Payload clear = payload();
        Payload sealed = codec.encode(List.of(clear)).get(0);
        assertThat(text(sealed)).doesNotContain(SECRET).doesNotContain("json/plain");
        assertThat(sealed.getMetadataOrThrow("encoding").toStringUtf8()).isEqualTo("binary/encrypted");
        assertThat(sealed.getMetadataOrThrow("encryption-key-id").toStringUtf8())
                .isEqualTo("old");
        assertThat(codec.decode(List.of(sealed))).containsExactly(clear);
        assertThat(codec.encode(List.of(clear)).get(0))
                .as("never the same twice")
                .isNotEqualTo(sealed);
    }

    @Test
    void failuresKeepTheirMessagesAndStackTracesToThemselves() throws IOException {
        CodecDataConverter converter =
                new CodecDataConverter(DefaultDataConverter.newDefaultInstance(), List.of(codec(OLD)), true);
        Failure failure = converter.exceptionToFailure(
                ApplicationFailure.newFailure("folder '" + SECRET + "' does not answer", "STORE_AWAY", SECRET));
        assertThat(new String(failure.toByteArray(), StandardCharsets.ISO_8859_1))
                .doesNotContain(SECRET)
                .contains("STORE_AWAY");
        assertThat(converter.failureToException(failure)).hasMessageContaining(SECRET);
    }

    @Test
    void whatIsInClearPassesSoThatOperatorsCanStartRuns() throws IOException {
        assertThat(codec(OLD).decode(List.of(payload()))).containsExactly(payload());
    }

    @Test
    void keysFollowEachOther() throws IOException {
        Payload before = codec(OLD).encode(List.of(payload())).get(0);
        SealedPayloadCodec rotated = codec("# since today", NEW, OLD);
        assertThat(rotated.decode(List.of(before))).containsExactly(payload());
        Payload after = rotated.encode(List.of(payload())).get(0);
        assertThat(after.getMetadataOrThrow("encryption-key-id").toStringUtf8()).isEqualTo("new");
        assertThatThrownBy(() -> codec(OLD).decode(List.of(after)))
                .isInstanceOf(PayloadCodecException.class)
                .hasMessageContaining("'new'")
                .hasMessageContaining("QUARRY_TEMPORAL_PAYLOAD_KEYS_FILE");
    }

    @Test
    void whatWasChangedDoesNotOpen() throws IOException {
        SealedPayloadCodec codec = codec(OLD, NEW);
        Payload sealed = codec.encode(List.of(payload())).get(0);
        byte[] bytes = sealed.getData().toByteArray();
        bytes[bytes.length - 1] ^= 1;
        Payload changed = sealed.toBuilder().setData(ByteString.copyFrom(bytes)).build();
        Payload renamed = sealed.toBuilder()
                .putMetadata("encryption-key-id", ByteString.copyFromUtf8("new"))
                .build();
        Payload cut =
                sealed.toBuilder().setData(ByteString.copyFromUtf8("short")).build();
        for (Payload bad : List.of(changed, renamed, cut)) {
            assertThatThrownBy(() -> codec.decode(List.of(bad))).isInstanceOf(PayloadCodecException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "# nothing",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                "short:AAAA",
                "bad id:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                "a:not base64 at all",
                "a:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\na:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
            })
    void aFileOfKeysThatCannotBeMeantIsRefusedWithoutShowingThem(String content) throws IOException {
        Path file = Files.writeString(folder.resolve("keys"), content);
        assertThatThrownBy(() -> PayloadKeys.read(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(file.toString())
                .hasMessageNotContaining("AAAA");
    }

    private SealedPayloadCodec codec(String... lines) throws IOException {
        return new SealedPayloadCodec(
                PayloadKeys.read(Files.writeString(folder.resolve("keys"), String.join("\n", lines) + "\n")));
    }

    private static Payload payload() {
        Optional<Payload> payload = DefaultDataConverter.newDefaultInstance().toPayload(SECRET);
        return payload.orElseThrow();
    }

    private static String text(Payload payload) {
        return new String(payload.toByteArray(), StandardCharsets.ISO_8859_1);
    }
}
