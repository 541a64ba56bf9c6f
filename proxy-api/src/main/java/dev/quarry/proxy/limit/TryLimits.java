package dev.quarry.proxy.limit;

import dev.quarry.proxy.AtLeast;
import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** What may be tried {@code per} this time, in each process: attempts to sign in, claims with what is no ticket, and lines in the audit log of one kind by one ticket, person, address, or client at an address. */
public record TryLimits(
        @DefaultValue("1m") Duration per,
        @DefaultValue("30") int loginsPerAddress,
        @DefaultValue("10") int loginsPerAccount,
        @DefaultValue("60") int badClaimsPerAddress,
        @DefaultValue("60") int linesPerSource) {
    public TryLimits {
        AtLeast.check("QUARRY_TRIES_PER", per, AtLeast.MILLISECOND);
        AtLeast.check("QUARRY_TRIES_LOGINSPERADDRESS", loginsPerAddress, 1);
        AtLeast.check("QUARRY_TRIES_LOGINSPERACCOUNT", loginsPerAccount, 1);
        AtLeast.check("QUARRY_TRIES_BADCLAIMSPERADDRESS", badClaimsPerAddress, 1);
        AtLeast.check("QUARRY_TRIES_LINESPERSOURCE", linesPerSource, 1);
    }
}
