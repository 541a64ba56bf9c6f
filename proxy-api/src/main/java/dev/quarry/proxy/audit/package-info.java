/** Who did what, when, from where, and how it ended. */
@NullMarked
package dev.quarry.proxy.audit;

import org.jspecify.annotations.NullMarked;
