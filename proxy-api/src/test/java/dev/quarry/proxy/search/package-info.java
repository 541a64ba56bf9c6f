@NullMarked
package dev.quarry.proxy.search;

import org.jspecify.annotations.NullMarked;
