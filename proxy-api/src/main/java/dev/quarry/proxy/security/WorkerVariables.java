package dev.quarry.proxy.security;

import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.stereotype.Component;

/**
 * The variables of further worker clients. Spring takes a variable's name apart at each {@code _} and leaves out what it then cannot place, so a worker whose
 * name has one would be missing without a word: such names are refused.
 */
@Component
class WorkerVariables {
    static final String PREFIX = "QUARRY_WORKERS_";

    private static final Pattern NAME = Pattern.compile("[a-z0-9]+");
    private static final Pattern VARIABLE =
            Pattern.compile(PREFIX + "[A-Z0-9]+_(SITES(_[0-9]+)?|SECRET_?FILE|KEYS_?FILE)");

    /** @throws IllegalArgumentException if a variable of the environment names a worker as it cannot be named */
    WorkerVariables(ConfigurableEnvironment environment) {
        environment.getPropertySources().stream()
                .filter(SystemEnvironmentPropertySource.class::isInstance)
                .map(SystemEnvironmentPropertySource.class::cast)
                .flatMap(variables -> Arrays.stream(variables.getPropertyNames()))
                .filter(variable -> variable.toUpperCase(Locale.ROOT).startsWith(PREFIX))
                .filter(variable -> !VARIABLE.matcher(variable).matches())
                .findFirst()
                .ifPresent(unknown -> {
                    throw new IllegalArgumentException(unknown + " is no setting of a worker client; set " + PREFIX
                            + "<NAME>_SITES, _SECRET_FILE or _KEYS_FILE, with a name of A-Z and 0-9 alone");
                });
    }

    /** @throws IllegalArgumentException unless a variable can have the name */
    static String checked(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("quarry.workers: a worker client is named '" + name
                    + "'; use a-z and 0-9 alone, as in " + PREFIX + "EU_SITES");
        }
        return name;
    }
}
