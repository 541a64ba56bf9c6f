package dev.quarry.proxy.filter;

import java.util.List;
import java.util.Optional;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/** Which media types a store's filters let through by content: told by a file's first bytes, and so known only once it is read. */
public final class ContentTypes {
    private final MediaTypes types;

    private ContentTypes(MediaTypes types) {
        this.types = types;
    }

    /**
     * As {@link Filters} has them.
     *
     * @param include one of which a file must have; empty: any
     * @param exclude which a file may not have
     */
    public static ContentTypes of(List<String> include, List<String> exclude) {
        return new ContentTypes(MediaTypes.of("contentType", include, exclude));
    }

    /** No rule: nothing needs to be known. */
    public boolean isEmpty() {
        return types.isEmpty();
    }

    /** The rule that content of this type breaks; empty if it passes. */
    public Optional<String> broken(String contentType) {
        return types.broken(parsed(contentType));
    }

    private static MediaType parsed(String type) {
        try {
            return MediaType.parseMediaType(type);
        } catch (InvalidMediaTypeException unknown) {
            return MediaType.APPLICATION_OCTET_STREAM;
        }
    }
}
