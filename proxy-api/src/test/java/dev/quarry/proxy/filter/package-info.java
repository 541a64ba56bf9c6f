@NullMarked
package dev.quarry.proxy.filter;

import org.jspecify.annotations.NullMarked;
