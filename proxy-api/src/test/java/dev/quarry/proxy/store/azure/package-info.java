@NullMarked
package dev.quarry.proxy.store.azure;

import org.jspecify.annotations.NullMarked;
