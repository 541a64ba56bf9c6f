/** The client of the control API. */
@NullMarked
package dev.quarry.activity.control;

import org.jspecify.annotations.NullMarked;
