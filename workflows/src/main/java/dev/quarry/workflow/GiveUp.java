package dev.quarry.workflow;

import java.util.List;

/** Items that are not tried again, and why. */
record GiveUp(List<Integer> items, FailReason reason, String detail) {}
