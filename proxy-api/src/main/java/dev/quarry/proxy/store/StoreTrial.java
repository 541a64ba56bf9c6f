package dev.quarry.proxy.store;

import java.io.IOException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tries with a store over the network what a run will do, whatever its kind. */
public final class StoreTrial {
    /** What services allow between a request's signature and their own clock is 15 minutes. */
    private static final Duration SKEW = Duration.ofMinutes(5);

    private static final int FIRST_PAGE = 1_000;

    private StoreTrial() {}

    /** The first page, the first byte of a file in it, and whether files in it are archived. */
    public static List<StoreCheck> listAndRead(StoreLister lister, StoreReader reader) {
        try {
            Listing page = lister.list(KeyBytes.EMPTY, Optional.empty(), FIRST_PAGE);
            return List.of(
                    StoreCheck.good("list", page.size() + " names in its first page"),
                    page.files().stream()
                            .filter(entry -> !entry.archived())
                            .findFirst()
                            .map(entry -> read(reader, entry))
                            .orElseGet(() -> StoreCheck.unknown("read", "no file that could be read lies at the top")),
                    archive(page.files()));
        } catch (StoreException failed) {
            return List.of(StoreCheck.bad("list", String.valueOf(failed.getMessage())));
        }
    }

    private static StoreCheck archive(List<Entry> files) {
        long archived = files.stream().filter(Entry::archived).count();
        if (files.isEmpty()) {
            return StoreCheck.unknown("archive", "no file lies at the top, so none tells its class");
        }
        return archived == 0
                ? StoreCheck.good("archive", "no file of its first page is in an archive class")
                : StoreCheck.bad(
                        "archive",
                        archived + " of " + files.size() + " files of its first page are in an archive class; runs"
                                + " leave such files out until they are restored");
    }

    private static StoreCheck read(StoreReader reader, Entry entry) {
        try (StoreContent content = reader.open(entry.name(), entry.version(), Optional.empty())) {
            content.stream().read();
            return StoreCheck.good("read", "'" + entry.name() + "' can be read");
        } catch (IOException failed) {
            return StoreCheck.bad("read", String.valueOf(failed.getMessage()));
        }
    }

    /** @param date header of an answer that has just come */
    public static StoreCheck clock(@Nullable String date) {
        if (date == null) {
            return StoreCheck.unknown("clock", "the store tells no time");
        }
        try {
            Duration skew = Duration.between(
                            ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME), ZonedDateTime.now())
                    .abs();
            String detail = "this machine and the store differ by " + skew.toSeconds() + " s";
            return skew.compareTo(SKEW) <= 0 ? StoreCheck.good("clock", detail) : StoreCheck.bad("clock", detail);
        } catch (DateTimeParseException unreadable) {
            return StoreCheck.unknown("clock", "the store tells no time that could be read");
        }
    }
}
