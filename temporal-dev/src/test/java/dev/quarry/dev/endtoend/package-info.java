/** The whole product at work and under faults: real processes, real database, real Temporal. */
@NullMarked
package dev.quarry.dev.endtoend;

import org.jspecify.annotations.NullMarked;
