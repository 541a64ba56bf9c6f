/** Artifacts: where their bytes lie, and reading them. */
@NullMarked
package dev.quarry.proxy.artifact;

import org.jspecify.annotations.NullMarked;
