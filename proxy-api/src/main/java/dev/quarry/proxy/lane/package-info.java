/** Lanes: extractors that run together in one job, and which files go there. */
@NullMarked
package dev.quarry.proxy.lane;

import org.jspecify.annotations.NullMarked;
