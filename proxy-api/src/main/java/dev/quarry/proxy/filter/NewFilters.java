package dev.quarry.proxy.filter;

import com.fasterxml.jackson.annotation.JsonAnySetter;
import dev.quarry.proxy.problem.Problem;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Filters as somebody asks for them, unchecked; what is left out does not filter. See {@link Filters}. */
public record NewFilters(
        @Nullable Boolean includeJunk,
        @Nullable String prefix,
        @Nullable List<@Nullable String> include,
        @Nullable List<@Nullable String> exclude,
        @Nullable String ignoreFile,
        @Nullable Long minSize,
        @Nullable Long maxSize,
        @Nullable String modifiedAfter,
        @Nullable String modifiedBefore,
        @Nullable String minAge,
        @Nullable String maxAge,
        @Nullable List<@Nullable String> includeTypes,
        @Nullable List<@Nullable String> excludeTypes,
        @Nullable List<@Nullable String> includeContentTypes,
        @Nullable List<@Nullable String> excludeContentTypes,
        @Nullable List<@Nullable String> keys,

        @JsonAnySetter @Nullable Map<String, Object> others) {

    /** @throws Problem 422 with a code per mistake */
    public Filters checked() {
        if (others != null && !others.isEmpty()) {
            throw Problem.invalid(
                    "unknown_filter",
                    "there is no filter "
                            + FilterLimits.shown(others.keySet().iterator().next())
                            + "; a filter that is not known would let files through");
        }
        return new Filters(
                Boolean.TRUE.equals(includeJunk),
                FilterLimits.prefix(prefix),
                FilterLimits.patterns("include", include),
                FilterLimits.patterns("exclude", exclude),
                FilterLimits.fileName(ignoreFile),
                FilterLimits.size("minSize", minSize, 0L),
                FilterLimits.size("maxSize", maxSize, minSize == null ? 0L : minSize),
                FilterLimits.time("modifiedAfter", modifiedAfter),
                FilterLimits.time("modifiedBefore", modifiedBefore),
                FilterLimits.age("minAge", minAge),
                FilterLimits.age("maxAge", maxAge),
                FilterLimits.mediaTypes("includeTypes", includeTypes),
                FilterLimits.mediaTypes("excludeTypes", excludeTypes),
                FilterLimits.mediaTypes("includeContentTypes", includeContentTypes),
                FilterLimits.mediaTypes("excludeContentTypes", excludeContentTypes),
                FilterLimits.keys(keys));
    }
}
