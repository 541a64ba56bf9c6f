/** Errors as RFC 9457 problem details. */
@NullMarked
package dev.quarry.proxy.problem;

import org.jspecify.annotations.NullMarked;
