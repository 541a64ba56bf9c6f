/** Stores of kind s3: a bucket and a prefix. */
@NullMarked
package dev.quarry.proxy.store.s3;

import org.jspecify.annotations.NullMarked;
