package dev.quarry.proxy.filter;

import java.util.List;
import java.util.Optional;
import org.springframework.http.MediaType;

/**
 * Media types that pass.
 *
 * @param reason what breaks the rule is told: it is none of those included, or, with the type behind it, it is excluded
 */
record MediaTypes(String reason, List<MediaType> include, List<MediaType> exclude) {
    MediaTypes {
        include = List.copyOf(include);
        exclude = List.copyOf(exclude);
    }

    static MediaTypes of(String reason, List<String> include, List<String> exclude) {
        return new MediaTypes(reason, types(include), types(exclude));
    }

    private static List<MediaType> types(List<String> names) {
        return names.stream().map(MediaType::parseMediaType).toList();
    }

    boolean isEmpty() {
        return include.isEmpty() && exclude.isEmpty();
    }

    Optional<String> broken(MediaType type) {
        Optional<MediaType> excluded =
                exclude.stream().filter(one -> one.includes(type)).findFirst();
        if (excluded.isPresent()) {
            return Optional.of(reason + ":" + excluded.get());
        }
        boolean included = include.isEmpty() || include.stream().anyMatch(one -> one.includes(type));
        return included ? Optional.empty() : Optional.of(reason);
    }
}
