package dev.quarry.proxy.report;

import java.io.IOException;
import java.io.Writer;
import java.util.Locale;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** How a report is written. */
enum ReportFormat {
    CSV("text/csv") {
        @Override
        Sheet sheet(Writer out, JsonMapper json) throws IOException {
            CSVPrinter csv = new CSVPrinter(out, CSVFormat.RFC4180);
            csv.printRecord(
                    "path",
                    "key",
                    "outcome",
                    "reason",
                    "detail",
                    "carried",
                    "moved_from",
                    "media_type",
                    "size",
                    "modified",
                    "file");
            return line -> csv.printRecord(
                    harmless(line.path()),
                    harmless(line.key()),
                    line.outcome(),
                    line.reason(),
                    harmless(line.detail()),
                    line.carried(),
                    harmless(line.movedFrom()),
                    harmless(line.mediaType()),
                    line.size(),
                    line.modified(),
                    line.file());
        }
    },
    JSONL("application/jsonl") {
        @Override
        Sheet sheet(Writer out, JsonMapper json) {
            return line -> {
                out.write(json.writeValueAsString(line));
                out.write('\n');
            };
        }
    };

    private final String mediaType;

    ReportFormat(String mediaType) {
        this.mediaType = mediaType;
    }

    String mediaType() {
        return mediaType + ";charset=UTF-8";
    }

    String extension() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Writes what comes before the first line. */
    abstract Sheet sheet(Writer out, JsonMapper json) throws IOException;

    /** Where lines go. */
    interface Sheet {
        void write(ReportLine line) throws IOException;
    }

    /** Spreadsheets take text that begins like this for a formula (OWASP, CSV Injection). A base64 key may begin with a minus, too. */
    private static @Nullable String harmless(@Nullable String text) {
        return text == null || text.isEmpty() || "=+-@\t\r\n".indexOf(text.charAt(0)) < 0 ? text : "'" + text;
    }
}
