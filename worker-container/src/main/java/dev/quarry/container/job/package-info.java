/** The job API as the agent sees it: claim, items, content, results, artifacts, renew. */
@NullMarked
package dev.quarry.container.job;

import org.jspecify.annotations.NullMarked;
