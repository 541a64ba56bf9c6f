package dev.quarry.dev.demo;

import dev.quarry.dev.stack.DevStack;
import dev.quarry.dev.stack.StackSettings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A bucket, with the credentials that the AWS SDK finds where the demo's user has them: the API has his {@code AWS_} variables and home folder, and the
 * store uses the API's own identity.
 */
record BucketSource(String bucket, String prefix, String region, Optional<String> endpoint, Map<String, String> aws)
        implements DemoSource {

    static BucketSource of(String given, Map<String, String> environment) {
        List<String> parts = RemoteName.parts(given, 1, "s3://BUCKET or s3://BUCKET/PREFIX");
        return new BucketSource(
                parts.get(0),
                parts.get(1),
                RemoteName.first(environment, "AWS_REGION", "AWS_DEFAULT_REGION")
                        .orElse("us-east-1"),
                RemoteName.endpoint(environment, "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"),
                RemoteName.beginning(environment, "AWS_"));
    }

    @Override
    public String name() {
        return "s3://" + bucket + "/" + prefix;
    }

    @Override
    public StackSettings with(StackSettings settings) {
        return settings.withApi(aws)
                .withApi(Map.of("QUARRY_S3_AMBIENTTENANTS", DevStack.TENANT))
                .withApi(RemoteName.allowing(endpoint));
    }

    @Override
    public Map<String, Object> store() {
        Map<String, Object> s3 = new HashMap<>(Map.of(
                "bucket",
                bucket,
                "prefix",
                prefix,
                "region",
                region,
                "ambient",
                true,
                "pathStyle",
                endpoint.isPresent()));
        endpoint.ifPresent(url -> s3.put("endpoint", url));
        return Map.of("kind", "s3", "s3", s3);
    }

    @Override
    public Map<String, Object> key() {
        return Map.of();
    }

    /** Without the credentials. */
    @Override
    public String toString() {
        return name();
    }
}
