package dev.quarry.container.extractor;

/** How one extractor ended on one item. */
public enum ExtractionStatus {
    OK,
    EMPTY,
    ENCRYPTED,
    UNSUPPORTED_TYPE,
    FAILED
}
