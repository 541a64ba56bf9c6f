package dev.quarry.container.extractor;

/** What of an INDEXED item is not there. */
public enum PartialReason {
    TEXT_CUT,
    METADATA_CUT,
    MEMBERS_CUT,
    EXTRACTOR_FAILED,
    ARTIFACTS_CUT
}
