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

    private static final String STORE_TABLES = "^(store|key_list|run|folder|(file|search_document)(_[0-9]+)?)$";

    private final JdbcClient jdbc;

    RowSecurityCheck(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @PostConstruct
    void check() {
        Boolean privileged = jdbc.sql("select rolsuper or rolbypassrls from pg_roles where rolname = current_user")
                .query(Boolean.class)
                .single();
        if (privileged) {
            throw new IllegalStateException(
                    "the application's database role is a superuser or bypasses row-level security; set QUARRY_DB_USER to a plain role (quarry_app)");
        }
        List<String> open = jdbc.sql("""
                        select c.relname from pg_class c
                        join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant' and not a.attisdropped
                        where c.relnamespace = 'quarry'::regnamespace and c.relkind in ('r', 'p')
                          and (not c.relrowsecurity or not c.relforcerowsecurity
                               or pg_get_userbyid(c.relowner) = current_user
                               or not exists (select from pg_policy p where p.polrelid = c.oid and p.polcmd = '*' and p.polpermissive
                                              and pg_get_expr(p.polqual, p.polrelid) = :policy and pg_get_expr(p.polwithcheck, p.polrelid) = :policy)
                               or (c.relname ~ :stores and not exists (
                                   select from pg_policy p where p.polrelid = c.oid and p.polcmd = '*' and not p.polpermissive and p.polwithcheck is null
                                   and pg_get_expr(p.polqual, p.polrelid) = format(:seen, case c.relname when 'store' then 'id' else 'store' end)))
                               or exists (select from pg_policy p where p.polrelid = c.oid and p.polpermissive
                                          and (0::oid = any (p.polroles) or (select oid from pg_roles where rolname = current_user) = any (p.polroles))
                                          and pg_get_expr(p.polqual, p.polrelid) is distinct from :policy))
                        order by 1""")
                .param("policy", POLICY)
                .param("stores", STORE_TABLES)
                .param("seen", STORES)
                .query(String.class)
                .list();
        if (!open.isEmpty()) {
            throw new IllegalStateException("tables without the expected row-level security: " + open
                    + "; run the migrations again or restore their policies");
        }
    }
}
