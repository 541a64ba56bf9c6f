package dev.quarry.dev.bench;

import dev.quarry.dev.stack.Installation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The live objects of another JVM of this user. */
final class HeapSize {
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");
    private static final double MIB = 1024.0 * 1024.0;

    private HeapSize() {}

    /** After a collection: a class histogram of live objects makes one. */
    static double mebibytes(long pid) throws IOException, InterruptedException {
        Process jcmd = new ProcessBuilder(
                        Installation.java().resolveSibling("jcmd").toString(), Long.toString(pid), "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        String output = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Matcher total = TOTAL.matcher(output);
        if (jcmd.waitFor() != 0 || !total.find()) {
            throw new IOException("jcmd " + pid + " GC.class_histogram: "
                    + output.lines().findFirst().orElse(""));
        }
        return Long.parseLong(total.group(1)) / MIB;
    }
}
