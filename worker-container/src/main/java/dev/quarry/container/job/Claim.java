package dev.quarry.container.job;

import java.time.Duration;
import java.util.List;

/** What the claim's answer asks for; the token that came with it stays inside {@link JobApi}. */
public record Claim(String attempt, int epoch, String lane, List<String> extractors, Duration renewIn) {}
