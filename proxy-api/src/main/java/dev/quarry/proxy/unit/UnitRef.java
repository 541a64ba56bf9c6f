package dev.quarry.proxy.unit;

import java.util.UUID;

/** A unit as a workflow needs it. */
record UnitRef(UUID unit, int number, String lane, int files, long bytes) {
    static UnitRef of(PlannedUnit planned) {
        return new UnitRef(
                planned.id(), planned.number(), planned.lane(), planned.files().size(), planned.bytes());
    }
}
