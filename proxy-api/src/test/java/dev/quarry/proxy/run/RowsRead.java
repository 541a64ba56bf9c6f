package dev.quarry.proxy.run;

import org.springframework.jdbc.core.simple.JdbcClient;

/** Counts what statements read, in the transaction that they are in: there it shows before it is committed. */
final class RowsRead {
    private RowsRead() {}

    /**
     * Rows of the tables, partitions too, that were fetched meanwhile. What the connection did in the last second before may not be reported yet, and would be
     * counted, too: so it is taken off.
     *
     * @param tables a regular expression of their names
     */
    static long of(JdbcClient jdbc, String tables, Runnable work) {
        long before = read(jdbc, tables);
        work.run();
        return read(jdbc, tables) - before;
    }

    private static long read(JdbcClient jdbc, String tables) {
        return jdbc.sql(
                        "select coalesce(sum(idx_tup_fetch + seq_tup_read), 0) from pg_stat_xact_user_tables where relname ~ ('^(' || ? || ')(_[0-9])?$')")
                .param(tables)
                .query(Long.class)
                .single();
    }
}
