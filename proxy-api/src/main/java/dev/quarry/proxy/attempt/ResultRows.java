package dev.quarry.proxy.attempt;

import java.sql.Types;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Writes result lines. Idempotent by key and digest: the same again is 200, other content 409. Inside the caller's transaction. */
@Repository
class ResultRows {
    private static final int OK = 200;

    private final JdbcClient jdbc;

    ResultRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The status of the line, and why if it is not 200. */
    record Outcome(int status, @Nullable String detail) {
        static final Outcome STORED = new Outcome(OK, null);

        static Outcome refused(int status, String detail) {
            return new Outcome(status, detail);
        }
    }

    Outcome started(UUID attempt, ResultLine.Started line) {
        int rows = jdbc.sql("""
                        update quarry.attempt_item set started_at = coalesce(started_at, now())
                        where tenant = quarry.tenant() and attempt = ? and n = ?""").params(attempt, line.n()).update();
        return rows == 1 ? Outcome.STORED : noItem(line.n());
    }

    /** Where the API has refused the content by a filter, that is the outcome, whatever the line says; and nowhere else. */
    Outcome done(UUID attempt, ResultLine.Done line) {
        int rows = jdbc.sql("""
                        update quarry.attempt_item set started_at = coalesce(started_at, now()), done_at = now(), done_digest = :digest,
                               outcome = case when filtered_by is null then :outcome else 'FILTERED' end,
                               reason = coalesce(filtered_by, :reason), detail = :detail,
                               partial = array(select distinct p from unnest(:partial::text[] || array(
                                 select unnest(e.partial) from quarry.extraction e
                                 where e.tenant = quarry.tenant() and e.attempt = :attempt and e.n = :n)) p order by p)
                        where tenant = quarry.tenant() and attempt = :attempt and n = :n and done_at is null
                          and (filtered_by is not null or :outcome <> 'FILTERED')""")
                .param("digest", line.digest())
                .param("outcome", line.outcome())
                .param("reason", line.reason(), Types.VARCHAR)
                .param("detail", line.detail(), Types.VARCHAR)
                .param("partial", line.partial().toArray(String[]::new))
                .param("attempt", attempt)
                .param("n", line.n())
                .update();
        return rows == 1 ? Outcome.STORED : sameDone(attempt, line);
    }

    private Outcome sameDone(UUID attempt, ResultLine.Done line) {
        Optional<byte[]> digest = jdbc.sql(
                        "select done_digest from quarry.attempt_item where tenant = quarry.tenant() and attempt = ? and n = ? and done_at is not null")
                .params(attempt, line.n())
                .query(byte[].class)
                .optional();
        if (digest.isEmpty() && line.outcome().equals("FILTERED")) {
            return Outcome.refused(
                    422, "no filter rules out item " + line.n() + ": only the API says what is FILTERED");
        }
        if (digest.isEmpty()) {
            return noItem(line.n());
        }
        return Arrays.equals(digest.get(), line.digest())
                ? Outcome.STORED
                : Outcome.refused(409, "item " + line.n() + " is done already, with another outcome");
    }

    Outcome extraction(UUID attempt, ResultLine.Extraction line) {
        byte[] memberSha256 = ResultLines.sha256(line.member().getBytes(java.nio.charset.StandardCharsets.UTF_8));
        Optional<byte[]> before = digest(attempt, line, memberSha256);
        if (before.isPresent()) {
            return same(before.get(), line);
        }
        Optional<String> missing = missingArtifact(attempt, line, memberSha256);
        if (missing.isPresent()) {
            return Outcome.refused(422, "artifact '" + missing.get() + "' was not put with that digest");
        }
        UUID id = UUID.randomUUID();
        if (insert(id, attempt, line, memberSha256) == 0) {
            // Either there is no such item, or a request at the same time was faster.
            return digest(attempt, line, memberSha256)
                    .map(digest -> same(digest, line))
                    .orElse(noItem(line.n()));
        }
        insertSegments(id, line.segments());
        bindArtifacts(id, attempt, line, memberSha256);
        return Outcome.STORED;
    }

    private int insert(UUID id, UUID attempt, ResultLine.Extraction line, byte[] memberSha256) {
        return jdbc.sql("""
                        insert into quarry.extraction (tenant, id, attempt, n, file, version, member, member_sha256, extractor, extractor_version, digest, status,
                          reason, detail, media_type, metadata, text, text_chars, text_sha256, partial, millis, isolation, words)
                        select a.tenant, :id, a.attempt, a.n, a.file, a.version, :member, :memberSha256, :extractor, :extractorVersion, :digest, :status,
                          :reason, :detail, :mediaType, :metadata::jsonb, :text, :textChars, :textSha256,
                          case when w.chars < length(:body) and not 'TEXT_CUT' = any (:partial::text[]) then array_append(:partial::text[], 'TEXT_CUT')
                               else :partial::text[] end,
                          :millis, :isolation, w.words
                        from quarry.attempt_item a, quarry.words_of(:body) w
                        where a.tenant = quarry.tenant() and a.attempt = :attempt and a.n = :n
                        on conflict (tenant, attempt, n, member_sha256, extractor) do nothing""")
                .param("id", id)
                .param("attempt", attempt)
                .param("n", line.n())
                .param("member", line.member())
                .param("memberSha256", memberSha256)
                .param("extractor", line.extractor())
                .param("extractorVersion", line.version())
                .param("digest", line.digest())
                .param("status", line.status())
                .param("reason", line.reason(), Types.VARCHAR)
                .param("detail", line.detail(), Types.VARCHAR)
                .param("mediaType", line.mediaType(), Types.VARCHAR)
                .param("metadata", line.metadata(), Types.VARCHAR)
                .param("text", line.text(), Types.VARCHAR)
                .param("textChars", line.textChars(), Types.BIGINT)
                .param("textSha256", line.textSha256(), Types.VARCHAR)
                .param("partial", line.partial().toArray(String[]::new))
                .param("millis", line.millis(), Types.BIGINT)
                .param("isolation", line.isolation().toArray(String[]::new))
                .param("body", line.words() + (line.text() == null ? "" : line.text()))
                .update();
    }

    private Optional<byte[]> digest(UUID attempt, ResultLine.Extraction line, byte[] memberSha256) {
        return jdbc.sql("""
                        select digest from quarry.extraction
                        where tenant = quarry.tenant() and attempt = ? and n = ? and member_sha256 = ? and extractor = ?""")
                .params(attempt, line.n(), memberSha256, line.extractor())
                .query(byte[].class)
                .optional();
    }

    private static Outcome same(byte[] before, ResultLine.Extraction line) {
        return Arrays.equals(before, line.digest())
                ? Outcome.STORED
                : Outcome.refused(
                        409, "extractor " + line.extractor() + " has another result for item " + line.n() + " already");
    }

    private Optional<String> missingArtifact(UUID attempt, ResultLine.Extraction line, byte[] memberSha256) {
        return line.artifacts().stream()
                .filter(ref -> !put(attempt, line, memberSha256, ref))
                .map(ResultLine.ArtifactRef::name)
                .findFirst();
    }

    private boolean put(UUID attempt, ResultLine.Extraction line, byte[] memberSha256, ResultLine.ArtifactRef ref) {
        return jdbc.sql("""
                        select count(*) from quarry.artifact where tenant = quarry.tenant() and attempt = ? and n = ? and member_sha256 = ? and extractor = ?
                          and name = ? and sha256 = ?""")
                .params(
                        attempt,
                        line.n(),
                        memberSha256,
                        line.extractor(),
                        ref.name(),
                        HexFormat.of().parseHex(ref.sha256()))
                .query(Boolean.class)
                .single();
    }

    private void bindArtifacts(UUID extraction, UUID attempt, ResultLine.Extraction line, byte[] memberSha256) {
        for (ResultLine.ArtifactRef ref : line.artifacts()) {
            jdbc.sql("""
                            update quarry.artifact set extraction = :extraction, media_type = :mediaType
                            where tenant = quarry.tenant() and attempt = :attempt and n = :n and member_sha256 = :member and extractor = :extractor
                              and name = :name""")
                    .param("extraction", extraction)
                    .param("mediaType", ref.mediaType(), Types.VARCHAR)
                    .param("attempt", attempt)
                    .param("n", line.n())
                    .param("member", memberSha256)
                    .param("extractor", line.extractor())
                    .param("name", ref.name())
                    .update();
        }
    }

    private void insertSegments(UUID extraction, List<ResultLine.Segment> segments) {
        int ordinal = 0;
        for (ResultLine.Segment segment : segments) {
            jdbc.sql("""
                            insert into quarry.segment (tenant, extraction, ordinal, start_millis, end_millis, page, box, text, score, embedding)
                            values (quarry.tenant(), :extraction, :ordinal, :start, :end, :page, :box::real[], :text, :score, :embedding::real[])""")
                    .param("extraction", extraction)
                    .param("ordinal", ordinal++)
                    .param("start", segment.startMillis(), Types.BIGINT)
                    .param("end", segment.endMillis(), Types.BIGINT)
                    .param("page", segment.page(), Types.INTEGER)
                    .param("box", segment.box(), Types.ARRAY)
                    .param("text", segment.text(), Types.VARCHAR)
                    .param("score", segment.score(), Types.REAL)
                    .param("embedding", segment.embedding(), Types.ARRAY)
                    .update();
        }
    }

    private static Outcome noItem(int n) {
        return Outcome.refused(404, "item " + n + " is not of this attempt");
    }
}
