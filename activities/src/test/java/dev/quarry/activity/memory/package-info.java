/** Jobs as threads of this JVM, for tests. */
@NullMarked
package dev.quarry.activity.memory;

import org.jspecify.annotations.NullMarked;
