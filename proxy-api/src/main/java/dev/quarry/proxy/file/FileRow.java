package dev.quarry.proxy.file;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.quarry.proxy.store.KeyBytes;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A file as the public API shows it.
 *
 * @param name cleaned; {@code path} likewise
 * @param key the key's bytes, base64url
 * @param contentType what its first bytes told when filters by content asked
 * @param contentSha256 of the bytes that were read, hex
 * @param movedFrom cleaned path before it was moved last
 * @param generation the run that concluded it; null while it is pending
 * @param concludedVersion the version that its extractions are of
 */
record FileRow(
        UUID file,
        String name,
        String path,
        String key,
        long size,
        @Nullable Instant modified,
        @Nullable String mediaType,
        @Nullable String contentType,
        @Nullable String contentSha256,
        @Nullable String movedFrom,
        String outcome,
        @Nullable String reason,
        List<String> partial,
        @Nullable String detail,
        @Nullable Integer generation,
        @JsonIgnore KeyBytes nameBytes,
        @JsonIgnore @Nullable String concludedVersion) {

    static final String COLUMNS = """
            select id, name, display, path, key, size, modified, media_type, content_type, content_sha256, moved_from, outcome, reason, partial, detail, generation, concluded_version
            from quarry.file where tenant = :tenant and\s""";

    static FileRow of(ResultSet row, int number) throws SQLException {
        OffsetDateTime modified = row.getObject("modified", OffsetDateTime.class);
        String outcome = row.getString("outcome");
        return new FileRow(
                row.getObject("id", UUID.class),
                row.getString("display"),
                row.getString("path"),
                KeyBytes.of(row.getBytes("key")).base64Url(),
                row.getLong("size"),
                modified == null ? null : modified.toInstant(),
                row.getString("media_type"),
                row.getString("content_type"),
                hex(row.getBytes("content_sha256")),
                row.getString("moved_from"),
                outcome,
                row.getString("reason"),
                List.of((String[]) row.getArray("partial").getArray()),
                row.getString("detail"),
                outcome.equals("PENDING") ? null : row.getInt("generation"),
                KeyBytes.of(row.getBytes("name")),
                row.getString("concluded_version"));
    }

    private static @Nullable String hex(byte @Nullable [] bytes) {
        return bytes == null ? null : HexFormat.of().formatHex(bytes);
    }
}
