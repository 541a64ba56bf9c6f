@NullMarked
package dev.quarry.proxy.openapi;

import org.jspecify.annotations.NullMarked;
