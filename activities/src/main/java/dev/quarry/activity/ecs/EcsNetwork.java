package dev.quarry.activity.ecs;

import java.util.List;

/** Where tasks of network mode awsvpc get their addresses; without subnets none is asked for. */
public record EcsNetwork(List<String> subnets, List<String> securityGroups, boolean publicAddress) {
    public EcsNetwork {
        subnets = List.copyOf(subnets);
        securityGroups = List.copyOf(securityGroups);
    }
}
