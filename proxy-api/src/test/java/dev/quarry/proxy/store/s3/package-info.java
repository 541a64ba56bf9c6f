@NullMarked
package dev.quarry.proxy.store.s3;

import org.jspecify.annotations.NullMarked;
