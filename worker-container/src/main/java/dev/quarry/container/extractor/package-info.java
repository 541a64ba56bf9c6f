/** Extractors as the agent sees them: manifests, processes, what they leave behind. */
@NullMarked
package dev.quarry.container.extractor;

import org.jspecify.annotations.NullMarked;
