package dev.quarry.activity;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * Temporal's Web UI, where people look at a workflow.
 *
 * @param base its address, e.g. https://temporal.example
 * @param namespace of the workflows
 */
record WebUi(URI base, String namespace) {
    private static final Set<String> SCHEMES = Set.of("http", "https");

    WebUi {
        boolean whole = base.getScheme() != null && SCHEMES.contains(base.getScheme()) && base.getHost() != null;
        // It stands in every job, where many read it.
        if (!whole || base.getRawUserInfo() != null || base.getRawQuery() != null || base.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "QUARRY_TEMPORAL_UI must look like https://temporal.example, without user, query or fragment");
        }
    }

    /** The page of the workflow's latest execution. */
    String workflow(String id) {
        return base.toString().replaceFirst("/+$", "") + "/namespaces/" + encoded(namespace) + "/workflows/"
                + encoded(id);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
