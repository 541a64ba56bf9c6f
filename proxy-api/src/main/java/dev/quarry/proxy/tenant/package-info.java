/** Customers, and the transactions that see only one of them. */
@NullMarked
package dev.quarry.proxy.tenant;

import org.jspecify.annotations.NullMarked;
