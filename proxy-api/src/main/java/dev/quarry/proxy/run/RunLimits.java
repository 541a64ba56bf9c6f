package dev.quarry.proxy.run;

import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Limits of runs (design.md, section 13).
 *
 * @param page names looked at by one listing at most
 * @param listings of one store under way at once, at most
 * @param splitPages pages after which the rest of a folder in a bucket is split in two, as long as fewer listings than that are under way
 * @param deletePercent of a store's files that a run deletes without asking a person
 * @param deleteUnasked vanished files below which nobody is asked, whatever their share
 */
public record RunLimits(
        @DefaultValue("50") int window,
        @DefaultValue("10s") Duration advance,
        @DefaultValue("10s") Duration close,
        @DefaultValue("1000") int page,
        @DefaultValue("8") int listings,
        @DefaultValue("10") int splitPages,
        @DefaultValue("500") int unitFiles,
        @DefaultValue("268435456") long unitBytes,
        @DefaultValue("2m") Duration unitWork,
        @DefaultValue("67108864") long smallFile,
        @DefaultValue("20") int deletePercent,
        @DefaultValue("1000") int deleteUnasked) {
    public RunLimits {
        if (splitPages < 1) {
            throw new IllegalArgumentException(
                    "quarry.run: split-pages is " + splitPages + "; set a number of pages, at least 1");
        }
        if (deletePercent < 0 || deletePercent > 100 || deleteUnasked < 0) {
            throw new IllegalArgumentException("quarry.run: delete-percent is " + deletePercent
                    + " and delete-unasked is " + deleteUnasked + "; set 0 to 100, and a number of files");
        }
    }
}
