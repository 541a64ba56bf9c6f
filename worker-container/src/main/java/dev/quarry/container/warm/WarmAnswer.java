package dev.quarry.container.warm;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the extractor says about a file; see worker-container/README.md for the line that is made of it. */
public record WarmAnswer(
        Status status,
        @Nullable String reason,
        @Nullable String detail,
        @Nullable String mediaType,
        Map<String, Object> metadata,
        long textChars,
        @Nullable String textSha256,
        List<String> partial) {
    public enum Status {
        OK,
        EMPTY,
        ENCRYPTED,
        UNSUPPORTED_TYPE,
        FAILED
    }

    public static WarmAnswer ok(@Nullable String mediaType, Map<String, Object> metadata) {
        return new WarmAnswer(Status.OK, null, null, mediaType, metadata, -1, null, List.of());
    }

    public static WarmAnswer without(Status status, String detail) {
        return new WarmAnswer(status, null, detail, null, Map.of(), -1, null, List.of());
    }

    public static WarmAnswer failed(String reason, String detail) {
        return new WarmAnswer(Status.FAILED, reason, detail, null, Map.of(), -1, null, List.of());
    }

    public WarmAnswer withMediaType(@Nullable String type) {
        return new WarmAnswer(status, reason, detail, type, metadata, textChars, textSha256, partial);
    }
}
