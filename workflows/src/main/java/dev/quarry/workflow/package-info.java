/** Workflow and activity interfaces, workflow code, and the values that pass between them. */
@NullMarked
package dev.quarry.workflow;

import org.jspecify.annotations.NullMarked;
