package dev.quarry.proxy.tenant;

import jakarta.annotation.PostConstruct;
import java.util.List;
import org.springframework.context.annotation.DependsOn;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Refuses to serve if the database would show one tenant's rows to another. */
@Component
@DependsOn("flywayInitializer")
class RowSecurityCheck {
    static final String POLICY = "(tenant = quarry.tenant())";
    /** On tables whose rows belong to a store, by the column that says which. */
    static final String STORES =
            "((( SELECT quarry.stores() AS stores) IS NULL) OR (%s = ANY (( SELECT quarry.stores() AS stores)::uuid[])))";

    private static final String TENANT_BODY = "select nullif(current_setting('quarry.tenant', true), '')::uuid";
    private static final String STORES_BODY =
            "select case when current_setting('quarry.stores', true) = '*' then null else coalesce(nullif(current_setting('quarry.stores', true), ''), '{}')::uuid[] end";

    private final JdbcClient jdbc;

    RowSecurityCheck(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @PostConstruct
    void check() {
        checkRole();
        checkFunction("tenant", TENANT_BODY);
        checkFunction("stores", STORES_BODY);
        checkTables();
    }

    /** A role can do what the roles can that it is a member of. */
    private void checkRole() {
        List<String> privileged = jdbc.sql("""
                        select r.rolname from pg_roles r where pg_has_role(current_user, r.oid, 'MEMBER')
                          and (r.rolsuper or r.rolbypassrls or r.oid = (select nspowner from pg_namespace where nspname = 'quarry')
                               or has_schema_privilege(r.oid, 'quarry', 'CREATE'))""").query(String.class).list();
        if (!privileged.isEmpty()) {
            throw new IllegalStateException(
                    "the application's database role is, or is a member of, " + privileged
                            + ", which is a superuser, bypasses row-level security or may change the schema; set QUARRY_DB_USER to a plain role (quarry_app)");
        }
    }

    /** Every policy asks these two. */
    private void checkFunction(String name, String body) {
        boolean asExpected = jdbc.sql("""
                        select exists (select from pg_proc p join pg_language l on l.oid = p.prolang
                          where p.pronamespace = 'quarry'::regnamespace and p.proname = :name and p.pronargs = 0 and l.lanname = 'sql'
                            and not p.prosecdef and p.proconfig is null and btrim(regexp_replace(p.prosrc, '\\s+', ' ', 'g')) = :body)""")
                .param("name", name)
                .param("body", body)
                .query(Boolean.class)
                .single();
        if (!asExpected) {
            throw new IllegalStateException("the function quarry." + name
                    + "(), on which row-level security rests, is not the expected one; restore it from the migration");
        }
    }

    private void checkTables() {
        List<String> open = jdbc.sql("""
                        select c.relname from pg_class c
                        join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant' and not a.attisdropped
                        where c.relnamespace = 'quarry'::regnamespace and c.relkind in ('r', 'p')
                          and (not c.relrowsecurity or not c.relforcerowsecurity
                               or pg_has_role(current_user, c.relowner, 'MEMBER')
                               or not exists (select from pg_policy p where p.polrelid = c.oid and p.polcmd = '*' and p.polpermissive
                                              and pg_get_expr(p.polqual, p.polrelid) = :policy and pg_get_expr(p.polwithcheck, p.polrelid) = :policy)
                               or ((c.relname = 'store' or c.relname <> 'account_store' and exists (
                                     select from pg_attribute s where s.attrelid = c.oid and s.attname = 'store' and not s.attisdropped))
                                   and not exists (
                                     select from pg_policy p where p.polrelid = c.oid and p.polcmd = '*' and not p.polpermissive and p.polwithcheck is null
                                     and pg_get_expr(p.polqual, p.polrelid) = format(:seen, case c.relname when 'store' then 'id' else 'store' end)))
                               or exists (select from pg_policy p where p.polrelid = c.oid and p.polpermissive
                                          and exists (select from unnest(p.polroles) r (role) where r.role = 0 or pg_has_role(current_user, r.role, 'MEMBER'))
                                          and ((p.polcmd <> 'a' and pg_get_expr(p.polqual, p.polrelid) is distinct from :policy)
                                               or (p.polcmd in ('a', 'w', '*')
                                                   and pg_get_expr(coalesce(p.polwithcheck, p.polqual), p.polrelid) is distinct from :policy))))
                        order by 1""")
                .param("policy", POLICY)
                .param("seen", STORES)
                .query(String.class)
                .list();
        if (!open.isEmpty()) {
            throw new IllegalStateException("tables without the expected row-level security: " + open
                    + "; run the migrations again or restore their policies");
        }
    }
}
