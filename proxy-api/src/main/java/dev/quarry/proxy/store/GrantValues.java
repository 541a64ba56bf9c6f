package dev.quarry.proxy.store;

import dev.quarry.proxy.grant.GrantKind;
import dev.quarry.proxy.problem.Problem;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** What an operator may grant: each value checked and brought to the notation that stores are held against. */
@Component
public class GrantValues {
    private static final List<String> AMBIENT = List.of(StoreKind.S3.label(), StoreKind.AZURE.label());

    private final AllowedRoots roots;

    GrantValues(AllowedRoots roots) {
        this.roots = roots;
    }

    /** @throws Problem 422 if it is no value of that kind, 503 if its directory does not answer */
    public String checked(GrantKind kind, String value) {
        return switch (kind) {
            case FILESYSTEM_ROOT -> roots.grantable(value);
            case STORE_ENDPOINT -> endpoint(value);
            case AMBIENT_IDENTITY -> identity(value);
            case ASSUME_ROLE -> role(value);
        };
    }

    /** As grants are kept, as far as the text alone says it: a root's links are resolved only when it is granted. */
    public static String inOneNotation(GrantKind kind, String value) {
        return switch (kind) {
            case FILESYSTEM_ROOT -> value.startsWith("/") ? plainPath(value) : value;
            case STORE_ENDPOINT -> StoreEndpoints.inOneNotation(value);
            case AMBIENT_IDENTITY, ASSUME_ROLE -> value;
        };
    }

    private static String plainPath(String value) {
        return Arrays.stream(value.split("/"))
                .filter(name -> !name.isEmpty() && !name.equals("."))
                .collect(Collectors.joining("/", "/", ""));
    }

    private static String endpoint(String value) {
        if (!StoreEndpoints.isHostAndPort(value)) {
            throw Problem.invalid(
                    "invalid_endpoint",
                    "'" + KeyBytes.utf8(value) + "' is not of the form host:port; port * is every port");
        }
        return StoreEndpoints.inOneNotation(value);
    }

    private static String role(String value) {
        if (!AssumedRole.isGrantable(value)) {
            throw Problem.invalid(
                    "invalid_role",
                    "'" + KeyBytes.utf8(value) + "' must be a role's ARN, or arn:aws:iam::ACCOUNT:role/* for every role"
                            + " of an account");
        }
        return value;
    }

    private static String identity(String value) {
        if (!AMBIENT.contains(value)) {
            throw Problem.invalid(
                    "invalid_identity",
                    "'" + KeyBytes.utf8(value) + "' must be the kind of stores that may use the service's own"
                            + " identity: one of " + AMBIENT);
        }
        return value;
    }
}
