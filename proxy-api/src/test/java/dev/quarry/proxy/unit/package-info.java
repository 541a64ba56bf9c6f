@NullMarked
package dev.quarry.proxy.unit;

import org.jspecify.annotations.NullMarked;
