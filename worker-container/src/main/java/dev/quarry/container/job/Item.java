package dev.quarry.container.job;

/**
 * One file of this attempt.
 *
 * @param name the last part of its name, cleaned: a label, never used as a path
 * @param size bytes as listed
 */
public record Item(int n, String name, long size) {}
