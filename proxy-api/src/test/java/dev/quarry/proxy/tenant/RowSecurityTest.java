package dev.quarry.proxy.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quarry.proxy.RunningApi;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.simple.JdbcClient;

class RowSecurityTest {
    private final RunningApi api = RunningApi.shared();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "alter table quarry.alarm disable row level security | alter table quarry.alarm enable row level security",
                "alter table quarry.file_3 no force row level security | alter table quarry.file_3 force row level security",
                "create policy too_much on quarry.run for select to quarry_app using (true) | drop policy too_much on quarry.run",
                "alter policy stores_only on quarry.run using (true) | alter policy stores_only on quarry.run using ((select quarry.stores()) is null or store = any ((select quarry.stores())::uuid[]))",
                "drop policy stores_only on quarry.search_document_5 | create policy stores_only on quarry.search_document_5 as restrictive to quarry_app using ((select quarry.stores()) is null or store = any ((select quarry.stores())::uuid[]))",
                "alter table quarry.account no force row level security | alter table quarry.account force row level security",
            })
    void aTableThatShowsOtherTenantsRowsStopsTheStart(String broken, String mended) {
        RowSecurityCheck check = api.bean(RowSecurityCheck.class);
        check.check();
        api.superuser().sql(broken).update();
        try {
            assertThatThrownBy(check::check)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("row-level security");
        } finally {
            api.superuser().sql(mended).update();
        }
        check.check();
    }

    @Test
    void withoutATenantNoTableShowsARow() {
        List<String> tables = api.superuser()
                .sql(
                        "select table_name from information_schema.columns where table_schema = 'quarry' and column_name = 'tenant'")
                .query(String.class)
                .list();
        assertThat(tables).hasSizeGreaterThan(12);
        JdbcClient application = api.bean(JdbcClient.class);
        for (String table : tables) {
            if (canRead(table)) {
                assertThat(application
                                .sql("select count(*) from quarry." + table)
                                .query(Integer.class)
                                .single())
                        .as(table)
                        .isZero();
            }
        }
    }

    /** Partitions are granted to nobody: they are read through their parents only. */
    private boolean canRead(String table) {
        return api.superuser()
                .sql("select has_table_privilege('quarry_app', 'quarry.' || ?, 'SELECT')")
                .param(table)
                .query(Boolean.class)
                .single();
    }
}
