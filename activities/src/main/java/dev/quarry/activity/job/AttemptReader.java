package dev.quarry.activity.job;

import dev.quarry.activity.control.AttemptState;
import java.util.List;

/** Asks the API where attempts stand, up to 1,000 at once; unknown ones are left out. */
@FunctionalInterface
public interface AttemptReader {
    List<AttemptState> read(List<String> attempts);
}
