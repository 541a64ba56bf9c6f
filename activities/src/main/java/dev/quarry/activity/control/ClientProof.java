package dev.quarry.activity.control;

import java.util.Optional;

/** How the worker proves to the token endpoint which client it is. */
public sealed interface ClientProof permits ClientCredentials, ClientKey {
    String id();

    /** What goes into the Authorization header, if anything. */
    Optional<String> authorization();

    /** What goes into the form, fresh for each request; begins with {@code &} or is empty. */
    String form();
}
