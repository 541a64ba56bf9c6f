package dev.quarry.proxy.filter;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a store's filters are set to, checked, as the database keeps them and the API shows them. A file must pass all of them.
 *
 * @param includeJunk keeps what operating systems and editors leave behind ({@link JunkNames})
 * @param prefix keys must begin with it; empty: any
 * @param include patterns of which a file, or a folder above it, must match one; empty: any
 * @param exclude patterns of which neither a file nor a folder above it may match one
 * @param ignoreFile name of a file in the store's root with more patterns; empty: none
 * @param minSize bytes
 * @param maxSize bytes
 * @param modifiedAfter time, ISO-8601
 * @param modifiedBefore time, ISO-8601
 * @param minAge at the start of the run, ISO-8601 duration
 * @param maxAge at the start of the run, ISO-8601 duration
 * @param includeTypes media types, told by the name, one of which a file must have; empty: any
 * @param excludeTypes media types, told by the name, that a file may not have
 * @param includeContentTypes media types, told by the content, one of which a file that is read must have; empty: any
 * @param excludeContentTypes media types, told by the content, that a file that is read may not have
 * @param keys the only keys that pass; empty: any
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Filters(
        boolean includeJunk,
        String prefix,
        List<String> include,
        List<String> exclude,
        String ignoreFile,
        @Nullable Long minSize,
        @Nullable Long maxSize,
        @Nullable String modifiedAfter,
        @Nullable String modifiedBefore,
        @Nullable String minAge,
        @Nullable String maxAge,
        List<String> includeTypes,
        List<String> excludeTypes,
        List<String> includeContentTypes,
        List<String> excludeContentTypes,
        List<String> keys) {

    static final String IGNORE_FILE = ".quarryignore";

    public Filters {
        include = List.copyOf(include);
        exclude = List.copyOf(exclude);
        includeTypes = List.copyOf(includeTypes);
        excludeTypes = List.copyOf(excludeTypes);
        includeContentTypes = List.copyOf(includeContentTypes);
        excludeContentTypes = List.copyOf(excludeContentTypes);
        keys = List.copyOf(keys);
    }

    /** Of a store that was registered without any. */
    public static Filters standard() {
        return new NewFilters(
                        null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
                        null)
                .checked();
    }
}
