/** Filters: which files of a store are none of the index's business, and by which rule. */
@NullMarked
package dev.quarry.proxy.filter;

import org.jspecify.annotations.NullMarked;
