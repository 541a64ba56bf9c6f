@NullMarked
package dev.quarry.proxy.lane;

import org.jspecify.annotations.NullMarked;
