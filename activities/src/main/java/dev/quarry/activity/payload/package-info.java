/** Payloads of Temporal's histories, sealed under keys that Temporal does not have. */
@NullMarked
package dev.quarry.activity.payload;

import org.jspecify.annotations.NullMarked;
