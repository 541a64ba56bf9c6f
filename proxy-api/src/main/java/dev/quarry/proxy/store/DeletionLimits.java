package dev.quarry.proxy.store;

import dev.quarry.proxy.problem.Problem;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a run over one store deletes without asking a person. Where one says nothing, the deployment's settings hold ({@code quarry.run}).
 *
 * @param percent of the store's files at most, 0 to 100
 * @param unasked fewer vanished files than this are deleted whatever their share
 */
public record DeletionLimits(
        @Nullable Integer percent, @Nullable Integer unasked) {
    static final DeletionLimits STANDARD = new DeletionLimits(null, null);

    /** @throws Problem 422 invalid_deletion */
    static DeletionLimits checked(@Nullable DeletionLimits given) {
        if (given == null) {
            return STANDARD;
        }
        if (given.percent != null && (given.percent < 0 || given.percent > 100)) {
            throw Problem.invalid("invalid_deletion", "deletion.percent must be 0 to 100, got " + given.percent);
        }
        if (given.unasked != null && given.unasked < 0) {
            throw Problem.invalid(
                    "invalid_deletion", "deletion.unasked must be a number of files, got " + given.unasked);
        }
        return given;
    }

    /**
     * Whether so many of so many files are deleted without asking.
     *
     * @param files asked for only where their number matters: counting them takes a while
     */
    public boolean allow(long gone, LongSupplier files, int standardPercent, int standardUnasked) {
        int most = percent == null ? standardPercent : percent;
        return gone < (unasked == null ? standardUnasked : unasked) || gone * 100 <= most * files.getAsLong();
    }
}
