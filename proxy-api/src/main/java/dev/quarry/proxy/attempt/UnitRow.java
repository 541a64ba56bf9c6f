package dev.quarry.proxy.attempt;

import java.util.UUID;

/** A unit, locked by the transaction that read it. */
record UnitRow(UUID id, UUID run, int number, String lane, int epoch, boolean done) {}
