/** The agent: claims one attempt, runs extractors on its items, reports. */
@NullMarked
package dev.quarry.container;

import org.jspecify.annotations.NullMarked;
