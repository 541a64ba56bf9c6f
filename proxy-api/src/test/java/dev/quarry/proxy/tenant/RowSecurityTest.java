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
    private static final String OF_NOBODY = "'00000000-0000-0000-0000-00000000abcd'";

    /** One in each table, of a tenant that there is not. */
    private static final String ROWS = """
            set session_replication_role = replica;
            insert into quarry.tenant_grant (tenant, kind, value) values (:t, 'store-endpoint', 'x:1');
            insert into quarry.store (tenant, id, name, kind, root) values (:t, :t, 'a', 's3', '');
            insert into quarry.store_filter (tenant, store, settings) values (:t, :t, '{}');
            insert into quarry.key_list (tenant, id, store) values (:t, :t, :t);
            insert into quarry.listed_key (tenant, list, key, key_sha256) values (:t, :t, '', sha256(''));
            insert into quarry.run (tenant, id, store, generation, workflow_id, first_execution_id, chain_started_at, state, extractor_set)
              values (:t, :t, :t, 1, 'w', 'e', now(), 'COMPLETED', '');
            insert into quarry.folder (tenant, id, store, path, path_sha256, name, display) values (:t, :t, :t, '', sha256(''), '', '');
            insert into quarry.scope (tenant, run, folder, state) values (:t, :t, :t, 'COMPLETE');
            insert into quarry.gone_folder (tenant, run, folder) values (:t, :t, :t);
            insert into quarry.file (tenant, id, store, folder, name, key, key_sha256, display, path, size, version, outcome, generation)
              values (:t, :t, :t, :t, '', '', sha256(''), '', '', 0, '', 'INDEXED', 1);
            insert into quarry.unit (tenant, id, run, number, taken_seq, lane, files, bytes, state) values (:t, :t, :t, 1, 1, 'l', 1, 1, 'DONE');
            insert into quarry.unit_item (tenant, unit, n, file, version, size) values (:t, :t, 0, :t, '', 0);
            insert into quarry.job_attempt (tenant, id, run, unit, epoch, request_id, state, job_id, ticket_key_version, ticket_expires, ticket_private,
              hard_deadline, byte_budget) values (:t, :t, :t, :t, 1, :t, 'SETTLED', 'j', 1, now(), true, now(), 0);
            insert into quarry.attempt_item (tenant, attempt, n, file, version, size) values (:t, :t, 0, :t, '', 0);
            insert into quarry.extraction (tenant, id, attempt, n, file, version, member_sha256, extractor, extractor_version, digest, status)
              values (:t, :t, :t, 0, :t, '', sha256(''), 'e', '1', '', 'OK');
            insert into quarry.segment (tenant, extraction, ordinal) values (:t, :t, 0);
            insert into quarry.artifact (tenant, id, attempt, n, member_sha256, extractor, name, sha256, bytes)
              values (:t, :t, :t, 0, sha256(''), 'e', 'a', sha256(''), 0);
            insert into quarry.search_document (tenant, file, store, display, path, words) values (:t, :t, :t, '', '', '');
            insert into quarry.alarm (tenant, id, kind, detail) values (:t, :t, 'UNBALANCED', '');
            insert into quarry.account (tenant, id, name, password, role) values (:t, :t, 'a', '', 'VIEWER');
            insert into quarry.account_store (tenant, account, store) values (:t, :t, :t);
            insert into quarry.audit (tenant, who, what, object, address, status) values (:t, '', '', '', '', 200);
            set session_replication_role = default""".replace(":t", OF_NOBODY);

    private static final String WITHOUT_ROWS = """
            set session_replication_role = replica;
            do $$ declare t regclass; begin
              for t in select c.oid from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant' and not a.attisdropped
                       where c.relnamespace = 'quarry'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition loop
                execute format('delete from %s where tenant = %L', t, :t);
              end loop;
            end $$;
            set session_replication_role = default""".replace(":t", OF_NOBODY);

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
                "alter policy tenant_only on quarry.unit using (true) | alter policy tenant_only on quarry.unit using (tenant = quarry.tenant())",
                "alter policy tenant_only on quarry.alarm with check (true) | alter policy tenant_only on quarry.alarm with check (tenant = quarry.tenant())",
                "create policy too_much on quarry.run to quarry_app using (tenant = quarry.tenant()) with check (true) | drop policy too_much on quarry.run",
                "create policy too_much on quarry.scope for insert to public with check (true) | drop policy too_much on quarry.scope",
                "create policy too_much on quarry.scope for update to quarry_app using (tenant = quarry.tenant()) with check (true) | drop policy too_much on quarry.scope",
                "drop policy stores_only on quarry.store_filter | create policy stores_only on quarry.store_filter as restrictive to quarry_app using ((select quarry.stores()) is null or store = any ((select quarry.stores())::uuid[]))",
                "create table quarry.extra (tenant uuid) | drop table quarry.extra",
                "create table quarry.extra (tenant uuid, store uuid); alter table quarry.extra enable row level security, force row level security; create policy tenant_only on quarry.extra using (tenant = quarry.tenant()) with check (tenant = quarry.tenant()) | drop table quarry.extra",
                "grant quarry_owner to quarry_app | revoke quarry_owner from quarry_app",
                "grant quarry_search to quarry_app | revoke quarry_search from quarry_app",
                "grant create on schema quarry to quarry_app | revoke create on schema quarry from quarry_app",
                "alter function quarry.tenant() security definer | alter function quarry.tenant() security invoker",
                "alter function quarry.tenant() rename to tenant_; create function quarry.tenant() returns uuid language sql stable as $$ select '00000000-0000-0000-0000-000000000001'::uuid $$ | drop function quarry.tenant(); alter function quarry.tenant_() rename to tenant",
                "alter function quarry.stores() rename to stores_; create function quarry.stores() returns uuid[] language sql stable as $$ select null::uuid[] $$ | drop function quarry.stores(); alter function quarry.stores_() rename to stores",
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
        api.superuser().sql(ROWS).update();
        List<String> tables = api.superuser()
                .sql(
                        "select table_name from information_schema.columns where table_schema = 'quarry' and column_name = 'tenant'")
                .query(String.class)
                .list();
        assertThat(tables).hasSizeGreaterThan(12);
        for (String table : tables) {
            if (canRead(table)) {
                assertThat(count(api.superuser(), table)).as("rows of " + table).isPositive();
                assertThat(count(api.bean(JdbcClient.class), table)).as(table).isZero();
            }
        }
        api.superuser().sql(WITHOUT_ROWS).update();
    }

    private static int count(JdbcClient jdbc, String table) {
        return jdbc.sql("select count(*) from quarry." + table)
                .query(Integer.class)
                .single();
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
