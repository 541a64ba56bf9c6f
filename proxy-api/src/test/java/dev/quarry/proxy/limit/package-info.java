@NullMarked
package dev.quarry.proxy.limit;

import org.jspecify.annotations.NullMarked;
