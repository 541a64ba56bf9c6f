/** Runs: opened, walked against the ledger, closed and balanced. */
@NullMarked
package dev.quarry.proxy.run;

import org.jspecify.annotations.NullMarked;
