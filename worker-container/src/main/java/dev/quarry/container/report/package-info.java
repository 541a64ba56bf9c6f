/** What the agent reports: result lines, batched and posted in order. */
@NullMarked
package dev.quarry.container.report;

import org.jspecify.annotations.NullMarked;
