package dev.quarry.proxy.account;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.artifact.ArtifactStore;
import dev.quarry.proxy.tenant.TenantId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** An artifact of a file, put straight into the store and the database. */
final class Artifact {
    private Artifact() {}

    static String of(String file) {
        RunningApi api = RunningApi.shared();
        JdbcClient superuser = api.superuser();
        UUID artifact = UUID.randomUUID();
        UUID extraction = UUID.randomUUID();
        byte[] digest = new byte[32];
        TenantId tenant = superuser
                .sql("select tenant from quarry.file where id = cast(? as uuid)")
                .param(file)
                .query((row, n) -> new TenantId(row.getObject(1, UUID.class)))
                .single();
        superuser
                .sql("""
                        insert into quarry.extraction (tenant, id, attempt, n, file, version, member_sha256, extractor, extractor_version, digest, status, counts)
                        values (?, ?, ?, 0, cast(? as uuid), 'v', ?, 'thumbnail', '1', ?, 'OK', true)""")
                .params(tenant.value(), extraction, UUID.randomUUID(), file, digest, digest)
                .update();
        superuser
                .sql("""
                        insert into quarry.artifact (tenant, id, attempt, n, member_sha256, extractor, name, sha256, bytes, media_type, extraction)
                        values (?, ?, ?, 0, ?, 'thumbnail', 'a.html', ?, 4, 'text/html', ?)""")
                .params(tenant.value(), artifact, UUID.randomUUID(), digest, digest, extraction)
                .update();
        try {
            api.bean(ArtifactStore.class)
                    .put(tenant, digest, ByteBuffer.wrap("html".getBytes(StandardCharsets.US_ASCII)));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return artifact.toString();
    }
}
