/** Units: pending files packed for one job each, and handed to workflows. What becomes of them is in package attempt. */
@NullMarked
package dev.quarry.proxy.unit;

import org.jspecify.annotations.NullMarked;
