package dev.quarry.workflow;

import java.util.List;

/**
 * Units taken under one sequence number.
 *
 * @param unpacked pending files that are in no unit yet
 */
public record UnitPage(long seq, List<UnitRef> units, long unpacked, boolean listingComplete, RunState state) {}
