package dev.quarry.proxy.attempt;

import static dev.quarry.proxy.Columns.texts;

import java.sql.Types;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Writes result lines. Idempotent by key and digest: the same again is 200, other content 409. Inside the caller's transaction. */
@Repository
class ResultRows {
    private static final int OK = 200;
    /** With embeddings as long as they may be, some tens of megabytes. */
    private static final int SEGMENTS_AT_ONCE = 1_000;

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
        if (line.artifacts().isEmpty()) {
            return Optional.empty();
        }
        return jdbc.sql("""
                        select r.name from unnest(:names::text[], :digests::text[]) r (name, digest)
                        where not exists (
                          select from quarry.artifact a where a.tenant = quarry.tenant() and a.attempt = :attempt and a.n = :n and a.member_sha256 = :member
                          and a.extractor = :extractor and a.name = r.name and a.sha256 = decode(r.digest, 'hex'))
                        limit 1""")
                .param("names", texts(line.artifacts(), ResultLine.ArtifactRef::name))
                .param("digests", texts(line.artifacts(), ResultLine.ArtifactRef::sha256))
                .param("attempt", attempt)
                .param("n", line.n())
                .param("member", memberSha256)
                .param("extractor", line.extractor())
                .query(String.class)
                .optional();
    }

    private void bindArtifacts(UUID extraction, UUID attempt, ResultLine.Extraction line, byte[] memberSha256) {
        if (line.artifacts().isEmpty()) {
            return;
        }
        jdbc.sql("""
                        update quarry.artifact a set extraction = :extraction, media_type = r.media_type
                        from unnest(:names::text[], :types::text[]) r (name, media_type)
                        where a.tenant = quarry.tenant() and a.attempt = :attempt and a.n = :n and a.member_sha256 = :member and a.extractor = :extractor
                          and a.name = r.name""")
                .param("extraction", extraction)
                .param("names", texts(line.artifacts(), ResultLine.ArtifactRef::name))
                .param("types", texts(line.artifacts(), ResultLine.ArtifactRef::mediaType))
                .param("attempt", attempt)
                .param("n", line.n())
                .param("member", memberSha256)
                .param("extractor", line.extractor())
                .update();
    }

    /** Many in a statement: one each would keep the attempt open for as long as its agent likes. */
    private void insertSegments(UUID extraction, List<ResultLine.Segment> segments) {
        for (int from = 0; from < segments.size(); from += SEGMENTS_AT_ONCE) {
            List<ResultLine.Segment> some = segments.subList(from, Math.min(from + SEGMENTS_AT_ONCE, segments.size()));
            jdbc.sql("""
                            insert into quarry.segment (tenant, extraction, ordinal, start_millis, end_millis, page, box, text, score, embedding)
                            select quarry.tenant(), :extraction, :from + s.ordinal - 1, s.start_millis, s.end_millis, s.page, s.box::real[], s.text, s.score,
                              s.embedding::real[]
                            from unnest(:starts::bigint[], :ends::bigint[], :pages::int[], :boxes::text[], :texts::text[], :scores::real[],
                              :embeddings::text[]) with ordinality s (start_millis, end_millis, page, box, text, score, embedding, ordinal)""")
                    .param("extraction", extraction)
                    .param("from", from)
                    .param("starts", all(some, ResultLine.Segment::startMillis, Long[]::new))
                    .param("ends", all(some, ResultLine.Segment::endMillis, Long[]::new))
                    .param("pages", all(some, ResultLine.Segment::page, Integer[]::new))
                    .param("boxes", texts(some, segment -> literal(segment.box())))
                    .param("texts", texts(some, ResultLine.Segment::text))
                    .param("scores", all(some, ResultLine.Segment::score, Float[]::new))
                    .param("embeddings", texts(some, segment -> literal(segment.embedding())))
                    .update();
        }
    }

    /** As PostgreSQL writes an array of numbers. */
    private static @Nullable String literal(float @Nullable [] numbers) {
        if (numbers == null) {
            return null;
        }
        StringJoiner literal = new StringJoiner(",", "{", "}");
        for (float number : numbers) {
            literal.add(Float.toString(number));
        }
        return literal.toString();
    }

    private static <T, V> V[] all(List<T> rows, Function<T, @Nullable V> column, IntFunction<V[]> array) {
        return rows.stream().map(column).toArray(array);
    }

    private static Outcome noItem(int n) {
        return Outcome.refused(404, "item " + n + " is not of this attempt");
    }
}
