package dev.quarry.container.item;

/** An artifact is not what was read of it before: its extractor still wrote to it. Unchecked, since it is not the connection's trouble. */
final class ChangedArtifactException extends RuntimeException {
    ChangedArtifactException(String message) {
        super(message);
    }
}
