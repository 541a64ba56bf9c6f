/** Jobs as local processes, for one machine and one tenant. */
@NullMarked
package dev.quarry.activity.process;

import org.jspecify.annotations.NullMarked;
