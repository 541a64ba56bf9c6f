/** Stores: what they hold (listing) and the bytes of what they hold (reading), by kind of store; and the public API's stores. */
@NullMarked
package dev.quarry.proxy.store;

import org.jspecify.annotations.NullMarked;
