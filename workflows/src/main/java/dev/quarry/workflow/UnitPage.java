package dev.quarry.workflow;

import java.util.List;

/**
 * Units taken under one sequence number.
 *
 * @param seq the one asked for; a later one if the run was further already and nothing in between is open
 * @param unpacked pending files that are in no unit yet, or in an open one taken later
 */
public record UnitPage(long seq, List<UnitRef> units, long unpacked, boolean listingComplete, RunState state) {}
