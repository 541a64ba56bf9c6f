package dev.quarry.proxy.limit;

import dev.quarry.proxy.QuarrySettings;
import dev.quarry.proxy.problem.Problem;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** What an address or an account may try, each process by itself. A limit's answer is the seconds to wait, 0 if it may be tried. */
@Component
public class RateLimits {
    private final Rate loginsOfAddress;
    private final Rate loginsOfAccount;
    private final Rate badClaimsOfAddress;
    private final Rate linesOfSource;

    RateLimits(QuarrySettings settings) {
        TryLimits limits = settings.tries();
        loginsOfAddress = new Rate(limits.loginsPerAddress(), limits.per());
        loginsOfAccount = new Rate(limits.loginsPerAccount(), limits.per());
        badClaimsOfAddress = new Rate(limits.badClaimsPerAddress(), limits.per());
        linesOfSource = new Rate(limits.linesPerSource(), limits.per());
    }

    /** Counts an attempt to sign in, whatever comes of it. */
    public long login(String address, String account) {
        long wait = loginsOfAddress.take(address);
        return wait > 0 ? wait : loginsOfAccount.take(account);
    }

    /** How long an address must wait that showed tickets which are none; good ones need not, as many agents share an address. */
    public long claim(String address) {
        return badClaimsOfAddress.waitOf(address);
    }

    public void badClaim(String address) {
        badClaimsOfAddress.take(address);
    }

    /** Whether one more line of the audit log may be caused by that source, such as an address or a client. */
    public boolean line(String source) {
        return linesOfSource.take(source) == 0;
    }

    /** @throws Problem 429 too_many if there is a time to wait */
    public void orRefuse(long seconds) {
        if (seconds > 0) {
            throw new Problem(HttpStatus.TOO_MANY_REQUESTS, "too_many", "too many attempts; try again later", seconds);
        }
    }
}
