/** A PostgreSQL server of its own for the demo, for development and for tests: nothing installed, nothing left behind. */
@NullMarked
package dev.quarry.postgres;

import org.jspecify.annotations.NullMarked;
