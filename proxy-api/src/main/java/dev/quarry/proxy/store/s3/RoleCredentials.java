package dev.quarry.proxy.store.s3;

import dev.quarry.proxy.store.AssumedRole;
import dev.quarry.proxy.store.StoreLimits;
import java.net.URI;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.auth.StsAssumeRoleCredentialsProvider;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/** Of a role that this process assumes with its own identity: fetched when they are needed, and again before they end. */
final class RoleCredentials implements AwsCredentialsProvider, SdkAutoCloseable {
    private final DefaultCredentialsProvider own =
            DefaultCredentialsProvider.builder().build();
    private final StsClient sts;
    private final StsAssumeRoleCredentialsProvider role;

    /** @param session what the customer's log calls it */
    RoleCredentials(AssumedRole role, String session, URI endpoint, String region, S3Calls calls) {
        StoreLimits limits = calls.limits();
        this.sts = StsClient.builder()
                .endpointOverride(endpoint)
                .region(Region.of(region))
                .credentialsProvider(own)
                .overrideConfiguration(calls.overrides(limits.answer()))
                .httpClientBuilder(calls.http(1))
                .build();
        this.role = StsAssumeRoleCredentialsProvider.builder()
                .stsClient(sts)
                .refreshRequest(request -> request.roleArn(role.arn())
                        .externalId(role.externalId())
                        .roleSessionName(session))
                .build();
    }

    @Override
    public AwsCredentials resolveCredentials() {
        return role.resolveCredentials();
    }

    @Override
    public void close() {
        role.close();
        sts.close();
        own.close();
    }
}
