package dev.quarry.activity.control;

import java.util.List;

/** An answer together with the jobs that whoever reads it must stop. */
public record Listed<T>(T answer, List<StopJob> stopList) {}
