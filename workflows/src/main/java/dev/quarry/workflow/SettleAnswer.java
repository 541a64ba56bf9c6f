package dev.quarry.workflow;

import java.util.List;

/**
 * What an attempt left behind.
 *
 * @param missing items of the unit without an outcome that counts
 * @param suspects items that were started, not done, and are still missing
 */
public record SettleAnswer(long epoch, boolean done, boolean proven, List<Integer> missing, List<Integer> suspects) {}
