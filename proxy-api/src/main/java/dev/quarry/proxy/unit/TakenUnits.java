package dev.quarry.proxy.unit;

import java.util.List;

/**
 * Units that a call of {@code takeUnits} gives.
 *
 * @param seq the number that they were taken under: the call's own or a later one, and then nothing between the two is open
 */
record TakenUnits(int seq, List<UnitRef> units) {
    /** @param last number of the last call, given if nothing is open */
    static TakenUnits again(List<OpenUnit> open, int last) {
        int seq = open.isEmpty() ? last : open.get(0).takenSeq();
        return new TakenUnits(seq, open.stream().map(OpenUnit::ref).toList());
    }

    record OpenUnit(int takenSeq, UnitRef ref) {}
}
