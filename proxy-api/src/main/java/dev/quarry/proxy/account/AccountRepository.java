package dev.quarry.proxy.account;

import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.tenant.StoreAccess;
import dev.quarry.proxy.tenant.TenantId;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Rows of accounts. Every method belongs in a tenant's transaction. */
@Repository
class AccountRepository {
    private static final String SELECT = """
            select a.id, a.name, a.password, a.role, a.all_stores, a.disabled, a.credential, a.created_at,
                   array(select s.store from quarry.account_store s where s.tenant = a.tenant and s.account = a.id) as stores
            from quarry.account a where a.tenant = :tenant""";

    private final JdbcClient jdbc;

    AccountRepository(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** With the hash of its password; not printed. */
    record WithPassword(Account account, String hash) {
        @Override
        public String toString() {
            return "WithPassword[" + account.id() + "]";
        }
    }

    List<Account> all(TenantId tenant) {
        return jdbc.sql(SELECT + " order by a.name")
                .param("tenant", tenant.value())
                .query(AccountRepository::account)
                .list();
    }

    Optional<WithPassword> find(TenantId tenant, String name) {
        if (name.indexOf('\0') >= 0) {
            return Optional.empty(); // PostgreSQL has no text with a NUL
        }
        return jdbc.sql(SELECT + " and a.name = :name")
                .param("tenant", tenant.value())
                .param("name", name)
                .query(AccountRepository::withPassword)
                .optional();
    }

    Optional<WithPassword> find(TenantId tenant, UUID id) {
        return jdbc.sql(SELECT + " and a.id = :id")
                .param("tenant", tenant.value())
                .param("id", id)
                .query(AccountRepository::withPassword)
                .optional();
    }

    /** @throws Problem 404 unknown_account */
    Account get(TenantId tenant, String name) {
        return find(tenant, name).map(WithPassword::account).orElseThrow(() -> Problem.notFound("account", name));
    }

    /** False if the tenant has an account of that name. */
    boolean insert(TenantId tenant, UUID id, String name, String hash, Role role) {
        return jdbc.sql("""
                        insert into quarry.account (tenant, id, name, password, role) values (?, ?, ?, ?, ?)
                        on conflict (tenant, name) do nothing""").params(tenant.value(), id, name, hash, role.name()).update() == 1;
    }

    void change(TenantId tenant, UUID id, Role role, StoreAccess stores, boolean disabled) {
        jdbc.sql("""
                        update quarry.account set role = :role, all_stores = :all, disabled = :disabled,
                          credential = credential + case when :disabled and not disabled then 1 else 0 end
                        where tenant = :tenant and id = :id""")
                .param("role", role.name())
                .param("all", stores.all())
                .param("disabled", disabled)
                .param("tenant", tenant.value())
                .param("id", id)
                .update();
        jdbc.sql("delete from quarry.account_store where tenant = ? and account = ?")
                .params(tenant.value(), id)
                .update();
        jdbc.sql("insert into quarry.account_store (tenant, account, store) select ?, ?, unnest(cast(? as uuid[]))")
                .params(
                        tenant.value(),
                        id,
                        stores.stores().stream().map(UUID::toString).toArray(String[]::new))
                .update();
    }

    /** False if its password was changed, or it was disabled, since its credential was that. */
    boolean changePassword(TenantId tenant, UUID id, int credential, String hash) {
        return jdbc.sql(
                                "update quarry.account set password = ?, credential = credential + 1 where tenant = ? and id = ? and credential = ?")
                        .params(hash, tenant.value(), id, credential)
                        .update()
                == 1;
    }

    /** Whatever it was. */
    void changePassword(TenantId tenant, UUID id, String hash) {
        jdbc.sql("update quarry.account set password = ?, credential = credential + 1 where tenant = ? and id = ?")
                .params(hash, tenant.value(), id)
                .update();
    }

    private static WithPassword withPassword(ResultSet row, int number) throws SQLException {
        return new WithPassword(account(row, number), row.getString("password"));
    }

    private static Account account(ResultSet row, int number) throws SQLException {
        return new Account(
                row.getObject("id", UUID.class),
                row.getString("name"),
                Role.valueOf(row.getString("role")),
                row.getBoolean("all_stores") ? StoreAccess.ALL : StoreAccess.only(ids(row.getArray("stores"))),
                row.getBoolean("disabled"),
                row.getInt("credential"),
                row.getObject("created_at", OffsetDateTime.class).toInstant());
    }

    private static Set<UUID> ids(Array array) throws SQLException {
        return Set.of((UUID[]) array.getArray());
    }
}
