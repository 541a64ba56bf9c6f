package dev.quarry.dev.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.dev.client.RunTotals;

/** What must be true after every run, whatever happened during it: the books balance, and nothing counts twice. */
final class LedgerCheck {
    private final Ledger ledger;
    private final String store;

    LedgerCheck(Ledger ledger, String store) {
        this.ledger = ledger;
        this.store = store;
    }

    void afterRun(RunTotals totals) {
        theBooksBalance(totals);
        everyFileHasOneOutcome(totals);
        nothingIsLeftOpen(totals);
        noExtractionCountsTwice();
        noExtractionCountsForAnotherVersionThanTheFilesOwn();
        everyIndexedFileHasACountingExtraction();
        searchRowsMatchTheOutcomes();
        artifactsBelongToCountingExtractions();
    }

    private void theBooksBalance(RunTotals totals) {
        assertThat(totals.balanced()).as(totals.json().toString()).isTrue();
        assertThat(totals.count("indexed")
                        + totals.count("noContent")
                        + totals.count("unchanged")
                        + totals.count("moved")
                        + totals.count("filtered")
                        + totals.count("failed"))
                .as(totals.json().toString())
                .isEqualTo(totals.count("listed"));
        assertThat(totals.count("pending")).isZero();
    }

    private void everyFileHasOneOutcome(RunTotals totals) {
        assertThat(files("f.outcome <> 'DELETED'")).isEqualTo(totals.count("listed"));
        assertThat(files("f.outcome = 'PENDING'")).isZero();
        assertThat(files("f.outcome in ('INDEXED', 'NO_CONTENT', 'MOVED')"))
                .isEqualTo(totals.count("indexed")
                        + totals.count("noContent")
                        + totals.count("unchanged")
                        + totals.count("moved"));
        assertThat(files("f.outcome = 'FAILED'")).isEqualTo(totals.count("failed"));
        assertThat(files("f.outcome = 'FAILED' and f.reason is null")).isZero();
    }

    private long files(String condition) {
        return ledger.number(
                "select count(*) from quarry.file f join quarry.store s on s.id = f.store where s.name = ? and "
                        + condition,
                store);
    }

    private void nothingIsLeftOpen(RunTotals totals) {
        assertThat(ledger.strings(
                        "select job_id from quarry.job_attempt where run = ?::uuid and state in ('PENDING', 'RUNNING')",
                        totals.run()))
                .isEmpty();
        assertThat(ledger.strings(
                        "select id::text from quarry.unit where run = ?::uuid and state <> 'DONE'", totals.run()))
                .isEmpty();
    }

    private void noExtractionCountsTwice() {
        assertThat(ledger.strings("""
                        select f.path || ' ' || e.extractor from quarry.extraction e
                        join quarry.file f on f.tenant = e.tenant and f.id = e.file
                        join quarry.store s on s.id = f.store
                        where s.name = ? and e.counts
                        group by f.path, e.member_sha256, e.extractor having count(*) > 1
                        """, store))
                .as("extractions that count twice, be it for an older version of the file")
                .isEmpty();
    }

    private void noExtractionCountsForAnotherVersionThanTheFilesOwn() {
        assertThat(ledger.strings("""
                        select f.path || ' ' || e.extractor || ' ' || e.version from quarry.extraction e
                        join quarry.file f on f.tenant = e.tenant and f.id = e.file
                        join quarry.store s on s.id = f.store
                        where s.name = ? and e.counts and f.outcome in ('INDEXED', 'NO_CONTENT')
                          and e.version is distinct from f.concluded_version
                        """, store))
                .as("extractions that count for a version that is not the file's")
                .isEmpty();
    }

    private void everyIndexedFileHasACountingExtraction() {
        assertThat(ledger.strings("""
                        select f.path from quarry.file f join quarry.store s on s.id = f.store
                        where s.name = ? and f.outcome = 'INDEXED' and not exists (
                            select from quarry.extraction e
                            where e.tenant = f.tenant and e.file = f.id and e.counts and e.version = f.version)
                        """, store))
                .as("indexed files without a counting extraction")
                .isEmpty();
    }

    private void searchRowsMatchTheOutcomes() {
        assertThat(ledger.strings("""
                        select coalesce(d.path, f.path) from
                        (select f.tenant, f.id, f.path from quarry.file f join quarry.store s on s.id = f.store
                         where s.name = ? and f.outcome in ('INDEXED', 'NO_CONTENT')) f
                        full join
                        (select d.tenant, d.file, d.path from quarry.search_document d join quarry.store s on s.id = d.store
                         where s.name = ?) d on d.tenant = f.tenant and d.file = f.id
                        where d.file is null or f.id is null
                        """, store, store))
                .as("files that search and ledger do not agree on")
                .isEmpty();
    }

    private void artifactsBelongToCountingExtractions() {
        assertThat(ledger.strings("""
                        select f.path || ' ' || a.name from quarry.artifact a
                        join quarry.extraction e on e.tenant = a.tenant and e.id = a.extraction
                        join quarry.file f on f.tenant = e.tenant and f.id = e.file
                        join quarry.store s on s.id = f.store
                        where s.name = ? and e.counts
                        group by f.path, e.member_sha256, e.extractor, a.name having count(*) > 1
                        """, store))
                .as("artifacts that are there twice")
                .isEmpty();
        assertThat(ledger.strings("""
                        select t.job_id || ' ' || a.n || ' ' || a.name from quarry.artifact a
                        join quarry.job_attempt t on t.tenant = a.tenant and t.id = a.attempt
                        join quarry.run r on r.tenant = t.tenant and r.id = t.run join quarry.store s on s.id = r.store
                        where s.name = ? and not exists (
                            select from quarry.extraction e
                            join quarry.unit_item i on i.tenant = e.tenant and i.unit = t.unit and i.n = e.n
                            where e.tenant = a.tenant and e.id = a.extraction and e.counts and i.outcome is not null)
                        """, store))
                .as("artifacts of nothing that counts")
                .isEmpty();
    }

    void nobodyRaisedAnAlarm(RunTotals totals) {
        assertThat(ledger.alarms(totals.run())).isEmpty();
    }
}
