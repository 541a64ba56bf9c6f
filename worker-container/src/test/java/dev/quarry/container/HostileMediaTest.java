package dev.quarry.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Films, sounds and pictures that attack the programs which read them. Each attack has its twin: the same program, started without a
 * thought outside of the sandbox, does what the attacker wants.
 */
class HostileMediaTest extends AgentTest {
    private static final String[] CARELESS = {
        "ffprobe",
        "-v",
        "error",
        "-protocol_whitelist",
        "file,http,tcp",
        "-show_entries",
        "format=duration",
        "-of",
        "csv=p=0",
        "-i"
    };

    private final Map<String, byte[]> files = new LinkedHashMap<>();

    @Test
    void aPlaylistThatCallsItselfAFilmOpensNoOtherFileAndNoAddress() throws Exception {
        Tools.assumeInstalled("ffmpeg", "ffprobe", "exiftool");
        Path secret = Tools.film(folder.resolve("secret.ts"), 7, "secret");
        try (Listener listener = new Listener()) {
            files.put("playlist.avi", HostileFiles.playlist("file://" + secret));
            files.put("playlist.mp4", HostileFiles.playlist(listener.url("a.ts")));
            files.put("concat.mp4", utf8("ffconcat version 1.0\nfile '" + secret + "'\n"));
            files.put("dash.mp4", dash(listener.url("b.mp4")));
            run("ffprobe", "frames", "exiftool", "naive");

            for (String name : files.keySet()) {
                for (String extractor : new String[] {"ffprobe", "frames"}) {
                    assertThat(api.extraction(n(name), extractor).path("status").asText())
                            .as(name + " by " + extractor + " (dash: told by its content, and not even tried)")
                            .isEqualTo(name.startsWith("dash") ? "" : "UNSUPPORTED_TYPE");
                }
                assertThat(api.extraction(n(name), "naive").path("text").asText())
                        .as(name + ": with all formats the sandbox alone still keeps it out")
                        .doesNotContain("7.");
                assertThat(script("ffprobe", name))
                        .as(name + ": without the sandbox the list of formats alone still keeps it out")
                        .contains("UNSUPPORTED_TYPE");
            }
            assertThat(api.artifacts).isEmpty();
            assertThat(listener.asked()).as("who called").isEmpty();

            assertThat(careless("playlist.avi")).as("twin").startsWith("7.");
            assertThat(careless("playlist.mp4")).as("twin").doesNotStartWith("7.");
            assertThat(careless("dash.mp4")).as("twin").doesNotStartWith("7.");
            assertThat(listener.asked()).as("twin").contains("/a.ts", "/b.mp4");
            assertThat(carelessConcat()).as("twin").startsWith("320");
        }
    }

    @Test
    void aFilesNameIsNeverAnOptionAnAddressOrALineOfOptions() throws Exception {
        Tools.assumeInstalled("ffmpeg", "ffprobe", "exiftool");
        byte[] film = Files.readAllBytes(Tools.film(folder.resolve("film.mp4"), 2, "harmless"));
        byte[] picture = TextPicture.png("a picture");
        try (Listener listener = new Listener()) {
            for (String name : List.of(
                    "-@argfile.png", "-o.png", "-if.png", "-w.png", "-config.png", "|touch pwn.png", "a.png |")) {
                files.put(name, picture);
            }
            files.put("line\n-w\n%d%f.pwn\nend.png", picture);
            files.put(listener.url("asname.mp4"), film);
            files.put("concat:/etc/passwd|x.mp4", film);
            files.put("-i.mp4", film);
            files.put("%d.mp4", film);
            run("ffprobe", "frames", "exiftool");

            files.keySet()
                    .forEach(name -> assertThat(api.outcome(n(name))).as(name).isEqualTo("INDEXED"));
            files.keySet()
                    .forEach(name -> assertThat(api.done(n(name)).path("partial"))
                            .as(name)
                            .isEmpty());
            assertThat(listener.asked()).as("who called").isEmpty();
            assertThat(written()).as("what was written").noneMatch(path -> path.contains("pwn"));

            Tools.run("ffprobe", "-v", "error", listener.url("asname.mp4"));
            assertThat(listener.asked()).as("twin").isNotEmpty();
            Path input =
                    Files.write(Files.createDirectories(folder.resolve("twin")).resolve("a.png"), picture);
            Path options = Files.writeString(
                    folder.resolve("options"),
                    "-G1\n" + input.getParent() + "/x\n-w\n%d%f.pwn\n" + input + "\n-execute\n");
            Tools.run("exiftool", "-@", options.toString());
            assertThat(written()).as("twin").anyMatch(path -> path.endsWith("a.pwn"));
        }
    }

    @Test
    void aListOfFilesThatCallsItselfAPictureIsNotReadAndALargePictureNotDecoded() throws Exception {
        Tools.assumeInstalled("tesseract", "exiftool");
        Path secret = Files.write(folder.resolve("secret.png"), TextPicture.png("CANARY 4711"));
        files.put("list.png", utf8(secret + "\n"));
        files.put("large.png", HostileFiles.largePng(30_000));
        files.put("promised.png", HostileFiles.promisedPng(30_000));
        files.put("quine.png", ZipQuine.bytes());
        files.put("laughs.svg", HostileFiles.laughs(9));
        run("ocr", "exiftool");

        assertThat(api.extraction(n("list.png"), "ocr").path("status").asText()).isEqualTo("UNSUPPORTED_TYPE");
        for (String name : new String[] {"large.png", "promised.png"}) {
            assertThat(api.extraction(n(name), "ocr").path("reason").asText())
                    .as(name)
                    .isEqualTo("TOO_LARGE");
            assertThat(api.outcome(n(name))).as("found by its tags").isEqualTo("INDEXED");
        }
        for (String name : files.keySet()) {
            assertThat(api.outcome(n(name)))
                    .as(name + " (by what exiftool finds; it knows no SVG that begins with definitions)")
                    .isEqualTo(name.equals("laughs.svg") ? "NO_CONTENT(UNSUPPORTED_TYPE)" : "INDEXED");
        }
        assertThat(String.join("\n", api.lines.values())).doesNotContain("CANARY");

        assertThat(Tools.run("tesseract", written("list.png").toString(), "stdout"))
                .as("twin")
                .contains("CANARY 4711");
    }

    private void run(String... extractors) throws Exception {
        api.extractors(extractors);
        files.forEach(api::file);
        api.file("good.png", TextPicture.png("a good picture"));
        assertThat(runPatiently()).isEqualTo(0);
        assertThat(api.outcome(files.size())).as("the batch goes on").isEqualTo("INDEXED");
    }

    private int n(String name) {
        return files.keySet().stream().toList().indexOf(name);
    }

    /** As the manifest says, but by nobody who confines it. */
    private String script(String extractor, String name) throws Exception {
        Path home = Path.of("src/main/image/extractors", extractor).toAbsolutePath();
        Path output = Files.createDirectories(folder.resolve("outside"));
        List<String> command = new ArrayList<>();
        dev.quarry.container.extractor.ManifestReader.read(home)
                .command()
                .forEach(word -> command.add(word.replace("${folder}", home.toString())
                        .replace("${input}", written(name).toString())
                        .replace("${output}", output.toString())));
        command.addAll(0, List.of("env", "-C", output.toString()));
        return Tools.run(command);
    }

    private String careless(String name) throws Exception {
        return Tools.run(CARELESS, written(name));
    }

    /** Without safe=1, ffmpeg's own default, which keeps absolute paths out. */
    private String carelessConcat() throws Exception {
        return Tools.run(
                "ffprobe -v error -safe 0 -f concat -show_entries stream=width -of csv=p=0 -i".split(" ", -1),
                written("concat.mp4"));
    }

    private Path written(String name) {
        try {
            return Files.write(folder.resolve(name), files.get(name));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private List<String> written() throws Exception {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.map(Path::toString).toList();
        }
    }

    private static byte[] dash(String address) {
        return utf8("<?xml version=\"1.0\"?><MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" type=\"static\" "
                + "mediaPresentationDuration=\"PT7S\" profiles=\"urn:mpeg:dash:profile:isoff-on-demand:2011\"><Period>"
                + "<AdaptationSet mimeType=\"video/mp4\"><Representation id=\"1\" bandwidth=\"1\"><BaseURL>" + address
                + "</BaseURL><SegmentBase indexRange=\"0-10\"/></Representation></AdaptationSet></Period></MPD>");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
