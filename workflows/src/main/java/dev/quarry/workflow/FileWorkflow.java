package dev.quarry.workflow;

import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/**
 * Sees one unit through: attempts, one after the other, until every item has an outcome (protocol.md section 4). Its id is
 * {@code index/<tenant>/<store>/g<generation>/u<number>}. When it ends, however it ends by itself, the unit is DONE, and its parent
 * has been told.
 */
@WorkflowInterface
public interface FileWorkflow {
    @WorkflowMethod
    FileResult index(FileRequest request);
}
