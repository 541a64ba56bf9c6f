package dev.quarry.proxy.account;

import dev.quarry.proxy.QuarrySettings;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantLookup;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.stereotype.Component;

/** Makes the account {@value #NAME} in the first tenant if a password for it is set and it is not there; an account that is there keeps its password, and the file is not read. */
@Component
class BootstrapOperator implements ApplicationRunner {
    private static final String NAME = "operator";

    private final QuarrySettings settings;
    private final TenantLookup tenants;
    private final TenantTransactions transactions;
    private final AccountRepository accounts;
    private final AccountAdministration administration;

    BootstrapOperator(
            QuarrySettings settings,
            TenantLookup tenants,
            TenantTransactions transactions,
            AccountRepository accounts,
            AccountAdministration administration) {
        this.settings = settings;
        this.tenants = tenants;
        this.transactions = transactions;
        this.accounts = accounts;
        this.administration = administration;
    }

    @Override
    public void run(ApplicationArguments args) {
        Path file = settings.operatorPasswordFile();
        if (file == null) {
            return;
        }
        TenantId tenant = tenants.byName(settings.bootstrapTenant());
        if (transactions.in(tenant, () -> accounts.find(tenant, NAME)).isEmpty()) {
            administration.create(tenant, NAME, password(file), Role.OPERATOR, null);
        }
    }

    private static String password(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(
                    "QUARRY_OPERATOR_PASSWORD_FILE " + file
                            + " cannot be read; it names the file with the first password" + " of the account " + NAME
                            + ", which is not there yet",
                    unreadable);
        }
    }
}
