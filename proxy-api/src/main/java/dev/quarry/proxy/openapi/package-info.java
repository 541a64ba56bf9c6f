/** The contract of the three APIs, as a file and as an answer. */
@NullMarked
package dev.quarry.proxy.openapi;

import org.jspecify.annotations.NullMarked;
