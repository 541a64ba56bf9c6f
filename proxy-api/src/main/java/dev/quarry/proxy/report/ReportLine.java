package dev.quarry.proxy.report;

import dev.quarry.proxy.store.KeyBytes;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One file in a run's report.
 *
 * @param path cleaned key
 * @param key the key's bytes, base64url
 * @param outcome in this run: the ledger's, or UNCHANGED, MOVED, VANISHED for what the store no longer holds and the run kept, or NOT_LISTED for what it did not
 *     come to, which is as an earlier run left it
 * @param carried FAILED in an earlier run, and not tried again
 * @param movedFrom cleaned key before
 */
record ReportLine(
        UUID file,
        String path,
        String key,
        long size,
        @Nullable Instant modified,
        @Nullable String mediaType,
        String outcome,
        @Nullable String reason,
        @Nullable String detail,
        boolean carried,
        @Nullable String movedFrom) {

    boolean isFailure() {
        return outcome.equals("FAILED");
    }

    static ReportLine of(ResultSet row, int number) throws SQLException {
        OffsetDateTime modified = row.getObject("modified", OffsetDateTime.class);
        return new ReportLine(
                row.getObject("id", UUID.class),
                row.getString("path"),
                KeyBytes.of(row.getBytes("key")).base64Url(),
                row.getLong("size"),
                modified == null ? null : modified.toInstant(),
                row.getString("media_type"),
                row.getString("run_outcome"),
                row.getString("reason"),
                row.getString("detail"),
                row.getBoolean("carried"),
                row.getString("moved_from"));
    }
}
