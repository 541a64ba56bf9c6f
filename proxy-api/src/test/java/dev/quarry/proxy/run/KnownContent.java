package dev.quarry.proxy.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The ids under which a ledger knows its contents, to see whether files keep them however they were moved. */
record KnownContent(List<Row> rows) {
    /**
     * @param content its SHA-256 and size; null where its present version was not read, or failed
     * @param read whether some run has read it, so that it is no new file
     */
    record Row(UUID id, String path, @Nullable String content, boolean read) {}

    static KnownContent of(TestStore store) {
        return new KnownContent(TestStore.superuser()
                .sql("""
                        select f.id, f.path, f.first_concluded is not null as read,
                          case when f.outcome = 'INDEXED' and f.concluded_version = f.version then encode(f.content_sha256, 'hex') || f.size end as content
                        from quarry.file f join quarry.store s on s.id = f.store where s.name = ?""")
                .param(store.name)
                .query((row, n) -> new Row(
                        row.getObject("id", UUID.class),
                        row.getString("path"),
                        row.getString("content"),
                        row.getBoolean("read")))
                .list());
    }

    /** Of those with one content as many vanished files are found again as there are new ones to be them. */
    void assertKeptIn(KnownContent after) {
        Set<String> paths = after.rows.stream().map(Row::path).collect(Collectors.toSet());
        Set<String> readBefore = rows.stream().filter(Row::read).map(Row::path).collect(Collectors.toSet());
        Map<String, List<Row>> gone = byContent(
                rows.stream().filter(row -> !paths.contains(row.path())).toList());
        Map<String, List<Row>> fresh = byContent(after.rows.stream()
                .filter(row -> !readBefore.contains(row.path()))
                .toList());
        Set<UUID> ids = new HashSet<>(after.rows.stream().map(Row::id).toList());
        gone.forEach((content, lost) -> assertThat(
                        lost.stream().filter(row -> ids.contains(row.id())).count())
                .as("kept of %s, that became %s", lost, fresh.get(content))
                .isEqualTo(Math.min(
                        lost.size(), fresh.getOrDefault(content, List.of()).size())));
    }

    private static Map<String, List<Row>> byContent(List<Row> rows) {
        return rows.stream()
                .filter(row -> row.content() != null)
                .collect(Collectors.groupingBy(row -> String.valueOf(row.content())));
    }
}
