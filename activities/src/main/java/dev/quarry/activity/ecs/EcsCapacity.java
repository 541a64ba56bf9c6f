package dev.quarry.activity.ecs;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Whose machines run the tasks: a launch type, or instead of it capacity providers, which Fargate Spot and instances that scale need.
 */
public record EcsCapacity(LaunchType launchType, List<Provider> providers) {
    private static final Set<String> FARGATE_PROVIDERS = Set.of("FARGATE", "FARGATE_SPOT");

    /** ECS's launch types that Quarry has a specification for. */
    public enum LaunchType {
        FARGATE,
        EC2
    }

    /**
     * @param base how many tasks it runs before weights count
     */
    public record Provider(String name, int weight, int base) {
        private static Provider parse(String text) {
            String[] parts = text.split(":", -1);
            try {
                int weight = parts.length > 1 ? Integer.parseInt(parts[1]) : 1;
                int base = parts.length > 2 ? Integer.parseInt(parts[2]) : 0;
                if (parts.length <= 3 && !parts[0].isBlank() && weight >= 0 && base >= 0) {
                    return new Provider(parts[0].strip(), weight, base);
                }
            } catch (NumberFormatException e) {
                throw malformed(text);
            }
            throw malformed(text);
        }

        private static IllegalArgumentException malformed(String text) {
            return new IllegalArgumentException(
                    "QUARRY_ECS_CAPACITY_PROVIDERS has name, name:weight or name:weight:base separated by commas, not "
                            + text);
        }

        private boolean isFargate() {
            return FARGATE_PROVIDERS.contains(name);
        }
    }

    public EcsCapacity {
        providers = List.copyOf(providers);
        long fargate = providers.stream().filter(Provider::isFargate).count();
        if (fargate != 0 && fargate != providers.size()) {
            throw new IllegalArgumentException(
                    "ECS does not mix Fargate's capacity providers with others; set QUARRY_ECS_CAPACITY_PROVIDERS to either");
        }
    }

    /**
     * @param providers name, name:weight or name:weight:base of each
     */
    public static EcsCapacity of(LaunchType launchType, List<String> providers) {
        List<Provider> parsed = new ArrayList<>();
        providers.forEach(provider -> parsed.add(Provider.parse(provider)));
        return new EcsCapacity(launchType, parsed);
    }

    boolean isFargate() {
        return providers.isEmpty()
                ? launchType == LaunchType.FARGATE
                : providers.get(0).isFargate();
    }
}
