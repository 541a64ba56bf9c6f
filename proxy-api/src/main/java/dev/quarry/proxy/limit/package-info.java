/** How often things may be tried. */
@NullMarked
package dev.quarry.proxy.limit;

import org.jspecify.annotations.NullMarked;
