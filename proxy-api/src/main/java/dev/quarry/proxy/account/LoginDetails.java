package dev.quarry.proxy.account;

import jakarta.servlet.http.HttpServletRequest;

/** What the log-in form says beside account and password, and from where. */
public record LoginDetails(String tenant, String address) {
    public static LoginDetails of(HttpServletRequest request) {
        String tenant = request.getParameter("tenant");
        return new LoginDetails(tenant == null ? "" : tenant.strip(), request.getRemoteAddr());
    }
}
