package dev.quarry.proxy.run;

import dev.quarry.proxy.AtLeast;
import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Limits of runs (design.md, section 13).
 *
 * @param advance time that one call may list for, and {@code close} that one may conclude for; either does something in any case
 * @param page names looked at by one listing at most, of which the first call takes a quarter
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
        AtLeast.check("QUARRY_RUN_WINDOW", window, 1);
        AtLeast.check("QUARRY_RUN_ADVANCE", advance, AtLeast.MILLISECOND);
        AtLeast.check("QUARRY_RUN_CLOSE", close, AtLeast.MILLISECOND);
        AtLeast.check("QUARRY_RUN_PAGE", page, 4);
        AtLeast.check("QUARRY_RUN_LISTINGS", listings, 1);
        AtLeast.check("QUARRY_RUN_SPLITPAGES", splitPages, 1);
        AtLeast.check("QUARRY_RUN_UNITFILES", unitFiles, 1);
        AtLeast.check("QUARRY_RUN_UNITBYTES", unitBytes, 1);
        AtLeast.check("QUARRY_RUN_UNITWORK", unitWork, AtLeast.SECOND);
        AtLeast.check("QUARRY_RUN_SMALLFILE", smallFile, 0);
        AtLeast.check("QUARRY_RUN_DELETEUNASKED", deleteUnasked, 0);
        if (deletePercent < 0 || deletePercent > 100) {
            throw new IllegalArgumentException("QUARRY_RUN_DELETEPERCENT is " + deletePercent + "; set it to 0 to 100");
        }
    }
}
