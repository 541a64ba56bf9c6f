@NullMarked
package dev.quarry.proxy.artifact;

import org.jspecify.annotations.NullMarked;
