package dev.quarry.proxy.run;

import dev.quarry.proxy.problem.Problem;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The id of a store's IndexStoreWorkflow: exactly {@code index/<tenant>/<store>}, so that Temporal allows one at a time. */
record WorkflowId(String tenant, String store) {
    private static final String NAME = "[a-z0-9][a-z0-9-]{0,39}";
    private static final Pattern FORM = Pattern.compile("index/(" + NAME + ")/(" + NAME + ")");

    /** @throws Problem 422 invalid_workflow_id */
    static WorkflowId parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw Problem.invalid(
                    "invalid_workflow_id",
                    "workflowId must be exactly index/<tenant>/<store>; start the workflow with that id");
        }
        return new WorkflowId(matcher.group(1), matcher.group(2));
    }

    @Override
    public String toString() {
        return "index/" + tenant + "/" + store;
    }
}
