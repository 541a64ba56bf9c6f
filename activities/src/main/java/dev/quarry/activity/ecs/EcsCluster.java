package dev.quarry.activity.ecs;

import dev.quarry.activity.job.JobBackendException;
import dev.quarry.activity.job.JobRejectedException;
import io.github.bucket4j.Bucket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.EcsClientBuilder;
import software.amazon.awssdk.services.ecs.model.ConflictException;
import software.amazon.awssdk.services.ecs.model.DesiredStatus;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.InvalidParameterException;
import software.amazon.awssdk.services.ecs.model.ListTasksResponse;
import software.amazon.awssdk.services.ecs.model.RunTaskRequest;
import software.amazon.awssdk.services.ecs.model.RunTaskResponse;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;

/**
 * The calls to ECS that we need, within the rates that the account has for them. The SDK does not repeat a call by itself: callers do,
 * and wait longer. Every method throws {@link JobBackendException} if ECS cannot be asked.
 */
final class EcsCluster implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EcsCluster.class);
    /** ECS describes so many tasks a call. */
    static final int TASKS_A_CALL = 100;

    private static final int CONNECTIONS = 32;

    /**
     * What a call of RunTask came to: a task, a conflict with a task of the same token, or neither.
     *
     * @param task the task's ARN
     * @param fresh the task as RunTask told it; null if it was told before
     * @param failure why there is no task, in ECS's words
     */
    record Run(
            @Nullable String task,
            @Nullable Task fresh,
            @Nullable String failure) {}

    private final EcsConfig config;
    private final EcsClient ecs;
    private final Bucket modify;
    private final Bucket read;

    EcsCluster(EcsConfig config) {
        this.config = config;
        modify = config.modify().bucket();
        read = config.read().bucket();
        try {
            ecs = client(config);
        } catch (SdkException e) {
            throw new JobBackendException("cannot set up the AWS SDK: " + words(e) + "; set AWS_REGION", null);
        }
    }

    private static EcsClient client(EcsConfig config) {
        Duration timeout = config.callTimeout();
        EcsClientBuilder client = EcsClient.builder()
                .httpClientBuilder(ApacheHttpClient.builder()
                        .maxConnections(CONNECTIONS)
                        .connectionTimeout(timeout)
                        .connectionAcquisitionTimeout(timeout)
                        .socketTimeout(timeout))
                .overrideConfiguration(calls ->
                        calls.retryStrategy(AwsRetryStrategy.doNotRetry()).apiCallTimeout(timeout));
        if (config.endpoint() != null) {
            client.endpointOverride(config.endpoint());
        }
        if (config.region() != null) {
            client.region(Region.of(config.region()));
        }
        return client.build();
    }

    /** Starts the task, or finds the one that an earlier call with its token started. */
    Run run(RunTaskRequest request) throws JobRejectedException {
        String what = "run task " + request.clientToken();
        await(modify, what);
        try {
            return started(request);
        } catch (SdkException e) {
            if (new EcsRefusal(e).isForGood()) {
                throw new JobRejectedException("ECS does not take job " + request.clientToken() + ": " + words(e));
            }
            throw failed(what, e);
        }
    }

    /**
     * Takes the place of a job with a task that does nothing.
     *
     * @return the task that has the place now, the job's own if it was there; none if ECS has no place, for the job neither
     */
    Optional<String> occupy(RunTaskRequest request) {
        String what = "run a task in the place of " + request.clientToken();
        await(modify, what);
        try {
            return Optional.ofNullable(started(request).task());
        } catch (SdkException e) {
            if (!new EcsRefusal(e).isAnAnswer()) {
                throw failed(what, e);
            }
            LOG.info("cannot {}, so there is nothing to stop: {}", what, words(e));
            return Optional.empty();
        }
    }

    private Run started(RunTaskRequest request) {
        try {
            RunTaskResponse answer = ecs.runTask(request);
            return answer.hasTasks() && !answer.tasks().isEmpty()
                    ? new Run(answer.tasks().get(0).taskArn(), answer.tasks().get(0), null)
                    : new Run(null, null, words(answer.failures()));
        } catch (ConflictException e) {
            // The token was used by another call: for us, a job with its id is there.
            return e.resourceIds().isEmpty()
                    ? new Run(null, null, "its token is in use, and no task is")
                    : new Run(e.resourceIds().get(0), null, null);
        }
    }

    private static String words(List<Failure> failures) {
        return failures.isEmpty()
                ? "no task and no reason"
                : failures.stream()
                        .map(failure -> failure.reason() + (failure.detail() == null ? "" : " " + failure.detail()))
                        .distinct()
                        .reduce((one, other) -> one + ", " + other)
                        .orElseThrow();
    }

    /** Does nothing if ECS does not have the task. */
    void stop(String task, String reason) {
        String what = "stop task " + task;
        await(modify, what);
        try {
            ecs.stopTask(stop -> stop.cluster(config.cluster()).task(task).reason(reason));
        } catch (InvalidParameterException e) {
            LOG.debug("cannot {}: {}", what, words(e));
        } catch (SdkException e) {
            throw failed(what, e);
        }
    }

    /** The task that was started by this name and goes on, if there is one. */
    Optional<String> running(String startedBy) {
        // No other filter may stand beside it, so that those which have ended cannot be asked for.
        return ask(
                        "list the tasks of " + startedBy,
                        () -> ecs.listTasks(
                                list -> list.cluster(config.cluster()).startedBy(startedBy)))
                .taskArns()
                .stream()
                .findFirst();
    }

    /** The task that was started by this name and has ended, if ECS still has it. Looks at all ended tasks of the cluster. */
    Optional<String> stopped(String startedBy) {
        String from = null;
        do {
            ListTasksResponse page = stoppedFrom(from);
            Optional<String> found = page.taskArns().isEmpty()
                    ? Optional.empty()
                    : tasks(page.taskArns()).stream()
                            .filter(task -> startedBy.equals(task.startedBy()))
                            .map(Task::taskArn)
                            .findFirst();
            if (found.isPresent()) {
                return found;
            }
            from = page.nextToken();
        } while (from != null);
        return Optional.empty();
    }

    private ListTasksResponse stoppedFrom(@Nullable String page) {
        return ask(
                "list the ended tasks",
                () -> ecs.listTasks(list -> list.cluster(config.cluster())
                        .desiredStatus(DesiredStatus.STOPPED)
                        .maxResults(TASKS_A_CALL)
                        .nextToken(page)));
    }

    /** Those of at most {@link #TASKS_A_CALL} tasks that ECS has. */
    List<Task> tasks(List<String> arns) {
        return ask(
                        "describe " + arns.size() + " tasks",
                        () -> ecs.describeTasks(
                                tasks -> tasks.cluster(config.cluster()).tasks(arns)))
                .tasks();
    }

    TaskDefinition definition(String name) {
        return ask(
                        "describe task definition " + name,
                        () -> ecs.describeTaskDefinition(definition -> definition.taskDefinition(name)))
                .taskDefinition();
    }

    private <T> T ask(String what, Supplier<T> call) {
        await(read, what);
        try {
            return call.get();
        } catch (SdkException e) {
            throw failed(what, e);
        }
    }

    private void await(Bucket rate, String what) {
        try {
            if (!rate.asBlocking().tryConsume(1, config.callTimeout())) {
                throw new JobBackendException(
                        "cannot " + what + " yet: more calls wait than ECS takes, " + config.modify() + ", "
                                + config.read(),
                        null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new JobBackendException("interrupted before it could " + what, e);
        }
    }

    private JobBackendException failed(String what, SdkException e) {
        String where = config.endpoint() == null ? "ECS" : "ECS " + config.endpoint();
        return new JobBackendException(
                "cannot " + what + " at " + where + ", cluster " + config.cluster() + ": " + words(e), null);
    }

    private static String words(SdkException e) {
        if (e instanceof AwsServiceException && ((AwsServiceException) e).awsErrorDetails() != null) {
            AwsErrorDetails details = ((AwsServiceException) e).awsErrorDetails();
            return ((AwsServiceException) e).statusCode() + " " + details.errorCode() + " " + details.errorMessage();
        }
        // Each provider that the SDK has looked at would follow, with its address in memory.
        return String.valueOf(e.getMessage())
                .trim()
                .replaceAll("\\s+", " ")
                .replaceFirst("( from any of the providers) in the chain.*", "$1");
    }

    @Override
    public void close() {
        ecs.close();
    }
}
