package dev.quarry.activity.ecs;

import java.util.regex.Pattern;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.ecs.model.ClientException;
import software.amazon.awssdk.services.ecs.model.ClusterNotFoundException;
import software.amazon.awssdk.services.ecs.model.InvalidParameterException;
import software.amazon.awssdk.services.ecs.model.UnsupportedFeatureException;

/** What the failure of a RunTask says of its task. */
record EcsRefusal(SdkException failure) {
    /**
     * Of the job itself, which no other day makes fit. ECS uses the same kinds of errors for what gets better: a cluster scaled to zero,
     * a quota, a task definition that somebody mends.
     */
    private static final Pattern NEVER_FITS = Pattern.compile(
            "overrides length|no fargate configuration exists|invalid '?(cpu|memory)|ephemeral ?storage",
            Pattern.CASE_INSENSITIVE);

    /** Whether ECS will never run this job. */
    boolean isForGood() {
        return isAboutTheCall()
                && NEVER_FITS.matcher(String.valueOf(failure.getMessage())).find();
    }

    /** Whether ECS has looked at the call and starts no task for it; else nobody knows. */
    boolean isAnAnswer() {
        return isAboutTheCall()
                || failure instanceof UnsupportedFeatureException
                || failure instanceof ClusterNotFoundException;
    }

    private boolean isAboutTheCall() {
        return failure instanceof InvalidParameterException || failure instanceof ClientException;
    }
}
