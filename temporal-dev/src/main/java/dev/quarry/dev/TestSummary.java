package dev.quarry.dev;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * The last lines of {@code ./quarry test}, read from the reports of all modules: every skipped and failed test by name and reason, then
 * the counts. Run from its source, because it must work when nothing compiles: nothing but the JDK is imported.
 */
final class TestSummary {
    /** An assertion's message names what was expected in its first lines. */
    private static final int REASON_LINES = 6;

    private int passed;
    private final List<String> failed = new ArrayList<>();
    private final List<String> skipped = new ArrayList<>();

    private TestSummary() {}

    /** @param arguments the checkout, the build's exit code, the build's log */
    public static void main(String[] arguments) throws Exception {
        TestSummary summary = new TestSummary();
        try (DirectoryStream<Path> modules = Files.newDirectoryStream(Path.of(arguments[0]), Files::isDirectory)) {
            for (Path module : modules) {
                summary.read(module.resolve("target/surefire-reports"));
                summary.read(module.resolve("target/failsafe-reports"));
            }
        }
        boolean built = arguments[1].equals("0");
        summary.print(built, arguments[2]);
        System.exit(built && summary.failed.isEmpty() && summary.passed > 0 ? 0 : 1);
    }

    private void read(Path reports) throws IOException, ParserConfigurationException, SAXException {
        if (!Files.isDirectory(reports)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(reports, "TEST-*.xml")) {
            for (Path file : files) {
                NodeList cases = DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(file.toFile())
                        .getElementsByTagName("testcase");
                for (int i = 0; i < cases.getLength(); i++) {
                    count((Element) cases.item(i));
                }
            }
        }
    }

    private void count(Element testCase) {
        String name = testCase.getAttribute("classname") + "." + testCase.getAttribute("name");
        if (has(testCase, "failure") || has(testCase, "error")) {
            failed.add(name + ": " + reason(testCase, has(testCase, "failure") ? "failure" : "error"));
        } else if (has(testCase, "skipped")) {
            skipped.add(name + ": " + reason(testCase, "skipped"));
        } else {
            passed++;
        }
    }

    private static boolean has(Element testCase, String tag) {
        return testCase.getElementsByTagName(tag).getLength() > 0;
    }

    private static String reason(Element testCase, String tag) {
        Element element = (Element) testCase.getElementsByTagName(tag).item(0);
        String message = element.getAttribute("message");
        String reason = (message.isEmpty() ? element.getTextContent() : message)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("at "))
                .limit(REASON_LINES)
                .collect(Collectors.joining(" | "));
        return reason.isEmpty() ? "no reason given" : reason;
    }

    private void print(boolean built, String log) {
        System.out.println();
        skipped.forEach(test -> System.out.println("skipped " + test));
        failed.forEach(test -> System.out.println("FAILED  " + test));
        if (!built && failed.isEmpty()) {
            System.out.println("the build itself failed; see " + log);
        }
        System.out.println(passed + " passed, " + failed.size() + " failed, " + skipped.size() + " skipped");
    }
}
