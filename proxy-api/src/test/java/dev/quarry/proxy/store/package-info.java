@NullMarked
package dev.quarry.proxy.store;

import org.jspecify.annotations.NullMarked;
