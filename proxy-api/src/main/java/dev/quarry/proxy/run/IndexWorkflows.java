package dev.quarry.proxy.run;

import dev.quarry.proxy.QuarrySettings;
import dev.quarry.proxy.problem.Problem;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.temporal.api.common.v1.Payloads;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.api.history.v1.WorkflowExecutionStartedEventAttributes;
import io.temporal.api.workflowservice.v1.GetWorkflowExecutionHistoryRequest;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.client.WorkflowExecutionAlreadyStarted;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowServiceException;
import io.temporal.common.SearchAttributeKey;
import io.temporal.common.SearchAttributes;
import io.temporal.common.converter.DataConverterException;
import io.temporal.common.converter.DefaultDataConverter;
import io.temporal.serviceclient.WorkflowServiceStubs;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** Starts and cancels stores' workflows, by name and id only: this program knows no workflow code. Connects on first use, with the certificates that were there at the start. */
@Component
class IndexWorkflows {
    private static final Logger LOG = LoggerFactory.getLogger(IndexWorkflows.class);
    private static final String TYPE = "IndexStoreWorkflow";
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final TemporalTarget target;
    private final @Nullable SslContext ssl;
    private @Nullable WorkflowServiceStubs stubs;

    @Autowired
    IndexWorkflows(QuarrySettings settings) {
        this(settings.temporal());
    }

    /** @throws IllegalStateException naming the settings, if the files of the target make no TLS connection */
    IndexWorkflows(TemporalTarget target) {
        this.target = target;
        this.ssl = TemporalStubs.ssl(target);
    }

    /**
     * Starts the store's workflow.
     *
     * @throws WorkflowExecutionAlreadyStarted naming the one under way
     * @throws Problem 503 temporal_away
     */
    WorkflowExecution start(WorkflowId id, String site, Map<String, Object> input) {
        WorkflowOptions options = WorkflowOptions.newBuilder()
                .setWorkflowId(id.toString())
                .setWorkflowIdConflictPolicy(WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_FAIL)
                .setTaskQueue("quarry-" + site)
                .setTypedSearchAttributes(SearchAttributes.newBuilder()
                        .set(SearchAttributeKey.forKeyword("TenantId"), id.tenant())
                        .set(SearchAttributeKey.forKeyword("StoreId"), id.store())
                        .build())
                .build();
        return asked(() -> client().newUntypedWorkflowStub(TYPE, options).start(input));
    }

    /**
     * What an execution is a part of.
     *
     * @param firstExecution id under which the chain opens its run
     * @param kind what its input asks for; empty if the worker has sealed that
     */
    record Chain(String firstExecution, Optional<RunKind> kind) {}

    /** @throws Problem 503 temporal_away */
    Chain chain(WorkflowExecution execution) {
        GetWorkflowExecutionHistoryRequest beginning = GetWorkflowExecutionHistoryRequest.newBuilder()
                .setNamespace(target.namespace())
                .setExecution(execution)
                .setMaximumPageSize(1)
                .build();
        return asked(() -> {
            WorkflowExecutionStartedEventAttributes started = client().getWorkflowServiceStubs()
                    .blockingStub()
                    .getWorkflowExecutionHistory(beginning)
                    .getHistory()
                    .getEvents(0)
                    .getWorkflowExecutionStartedEventAttributes();
            return new Chain(started.getFirstExecutionRunId(), kind(started.getInput()));
        });
    }

    private static Optional<RunKind> kind(Payloads input) {
        try {
            Map<?, ?> given =
                    DefaultDataConverter.STANDARD_INSTANCE.fromPayloads(0, Optional.of(input), Map.class, Map.class);
            return Optional.of(
                    given == null
                            ? RunKind.WHOLE // an operator may start it without any
                            : RunKind.of(!Boolean.FALSE.equals(given.get("dispatch")), given.get("keyList") != null));
        } catch (DataConverterException sealed) {
            return Optional.empty();
        }
    }

    /** Asks the workflow to cancel; nothing happens if it is over. @throws Problem 503 temporal_away */
    void cancel(String workflowId) {
        asked(() -> {
            try {
                client().newUntypedWorkflowStub(workflowId, Optional.empty(), Optional.of(TYPE))
                        .cancel();
            } catch (WorkflowNotFoundException over) {
                // Its run is closed by whoever opens the next one.
            }
            return Boolean.TRUE;
        });
    }

    /** Wakes a run that waits for an answer about its deletions; it looks by itself too, so that nothing depends on this. */
    void deletionAnswered(String workflowId) {
        try {
            client().newUntypedWorkflowStub(workflowId, Optional.empty(), Optional.of(TYPE))
                    .signal("deletionAnswered");
        } catch (WorkflowNotFoundException over) {
            LOG.info("{} is over and needs not be told that its deletions are decided", workflowId);
        } catch (StatusRuntimeException | WorkflowServiceException notTold) {
            LOG.info("{} was not told that its deletions are decided; it looks by itself", workflowId, notTold);
        }
    }

    private <T> T asked(Supplier<T> call) {
        try {
            return call.get();
        } catch (StatusRuntimeException | WorkflowServiceException away) {
            LOG.warn(
                    "Temporal at {}, namespace {}, does not answer or refuses: {} ({})",
                    target.target(),
                    target.namespace(),
                    Status.fromThrowable(away).getCode(),
                    NestedExceptionUtils.getMostSpecificCause(away).getMessage());
            throw new Problem(
                    HttpStatus.SERVICE_UNAVAILABLE, "temporal_away", "Temporal does not answer or refuses; try again");
        }
    }

    private synchronized WorkflowClient client() {
        if (stubs == null) {
            stubs = TemporalStubs.of(target, ssl, PATIENCE);
        }
        return WorkflowClient.newInstance(
                stubs,
                WorkflowClientOptions.newBuilder()
                        .setNamespace(target.namespace())
                        .build());
    }

    @PreDestroy
    synchronized void close() {
        if (stubs != null) {
            stubs.shutdownNow();
        }
    }
}
