package dev.quarry.proxy.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.listener.Listener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** Bodies too large, too deep, compressed, or of an unclear length. Those that come too slowly are the listener's tests. */
@ExtendWith(Tally.class)
class BodiesUnderAttackTest {
    private static final int MEBIBYTE = 1024 * 1024;

    private final RunningApi api = RunningApi.shared();
    private final Victim victim = Victim.running();
    private final String line = Victim.started(0);

    @TestFactory
    Stream<DynamicTest> tooLarge() {
        Call stores = Call.of(Listener.PUBLIC, "POST", "/api/v1/stores/" + victim.store.name + "/check")
                .bearer(api.token(Listener.PUBLIC));
        Call open = Call.of(Listener.CONTROL, "POST", "/control/v1/runs/" + victim.run.id + "/units/read")
                .bearer(api.token(Listener.CONTROL));
        String units = "{\"units\":[]}";
        return Attack.tests(
                Attack.of(
                        "results that announce 32 MiB and a byte",
                        announcing(victim.results(line), 32 * MEBIBYTE + 1),
                        413,
                        victim.results(line)),
                Attack.of(
                        "results of 32 MiB and a byte, in a chunk",
                        victim.results(line + "\n".repeat(32 * MEBIBYTE + 1)).chunked(),
                        413,
                        victim.results(line).chunked()),
                Attack.of(
                        "an artifact that announces 32 MiB and a byte",
                        announcing(victim.artifact(0, "a"), 32 * MEBIBYTE + 1),
                        413,
                        victim.artifact(0, "a")),
                Attack.of(
                        "an artifact of 32 MiB and a byte, in a chunk",
                        victim.artifact(0, "b")
                                .sending(new byte[32 * MEBIBYTE + 1])
                                .chunked(),
                        413,
                        victim.artifact(0, "a").chunked()),
                Attack.of("2,001 lines", victim.results(lines(2_001)), 413, victim.results(lines(2_000))),
                new Attack(
                        "a line of 16 MiB and a byte",
                        () -> victim.results(padded(16 * MEBIBYTE + 1)).send().lastLine(),
                        413,
                        () -> victim.results(padded(MEBIBYTE)).send().lastLine()),
                Attack.of(
                        "a claim that announces 1 MiB and a byte",
                        announcing(victim.claim(), MEBIBYTE + 1),
                        413,
                        victim.claim()),
                Attack.of(
                        "a claim of 1 MiB and a byte, in a chunk",
                        victim.claim().sending(spaced(victim.claim().body())).chunked(),
                        413,
                        victim.claim().chunked()),
                Attack.of(
                        "a person's call that announces 1 MiB and a byte",
                        announcing(stores, MEBIBYTE + 1),
                        413,
                        stores),
                Attack.of(
                        "a worker's call of 1 MiB and a byte, in a chunk",
                        open.json(units)
                                .sending(spaced(units.getBytes(StandardCharsets.US_ASCII)))
                                .chunked(),
                        413,
                        open.json(units).chunked()),
                Attack.of(
                        "a worker that asks about 201 units",
                        open.json("{\"units\":[" + ids(201) + "]}"),
                        422,
                        open.json("{\"units\":[" + ids(200) + "]}")));
    }

    /** Filters of the framework read forms whole, before anybody is asked for a token. */
    @TestFactory
    Stream<DynamicTest> formsWhereNoneIsTaken() {
        Call settings = Call.of(Listener.PUBLIC, "PUT", "/api/v1/stores/" + victim.store.name + "/settings")
                .bearer(api.token(Listener.PUBLIC));
        Call handle = Call.of(Listener.CONTROL, "PUT", "/control/v1/attempts/" + victim.attempt + "/handle")
                .bearer(api.token(Listener.CONTROL));
        Call claim = victim.claim();
        return Attack.tests(
                Attack.of(
                        "an artifact as a form, without a token",
                        form(Call.of(
                                Listener.JOB, "PUT", victim.artifact(0, "f").target())),
                        401,
                        victim.artifact(0, "f")),
                Attack.of(
                        "an artifact as a form, to the public API",
                        form(victim.artifact(0, "f").on(Listener.PUBLIC)),
                        401,
                        victim.artifact(0, "f")),
                Attack.of(
                        "an artifact as a form, to the control API",
                        form(victim.artifact(0, "f").on(Listener.CONTROL)),
                        401,
                        victim.artifact(0, "f")),
                Attack.of("a person's PUT as a form", form(settings), 415, settings.json("{}")),
                Attack.of("a worker's PUT as a form", form(handle), 415, handle.json("{\"handle\":\"h\"}")),
                Attack.of(
                        "a claim in parts",
                        Call.of(Listener.JOB, "POST", claim.target())
                                .with("Content-Type: multipart/form-data; boundary=b")
                                .sending(new byte[2 * MEBIBYTE])
                                .chunked(),
                        415,
                        claim));
    }

    /** Longer than any body but an upload may be. */
    private static Call form(Call call) {
        return call.with("Content-Type: application/x-www-form-urlencoded")
                .sending(("a=" + "b".repeat(2 * MEBIBYTE)).getBytes(StandardCharsets.US_ASCII))
                .chunked();
    }

    @TestFactory
    Stream<DynamicTest> tooManyValues() {
        return Attack.tests(
                result("a line of 600,000 empty arrays", 422, values("[]", 600_000), values("[]", 1_000)),
                result("a line of 1,200,000 numbers", 422, values("0", 1_200_000), values("0", 1_000)),
                result(
                        "metadata of 600,000 empty objects",
                        422,
                        metadata("[{}" + ",{}".repeat(600_000) + "]", 1),
                        metadata("[{}" + ",{}".repeat(1_000) + "]", 1)),
                new Attack(
                        "300,001 segments in a request",
                        () -> victim.results(
                                        member(100_000, "a"),
                                        member(100_000, "b"),
                                        member(100_000, "c"),
                                        member(1, "d"))
                                .send()
                                .lastLine(),
                        413,
                        () -> victim.results(member(1, "d")).send().lastLine()));
    }

    private static String values(String value, int count) {
        return Victim.started(0).replace("}", ",\"x\":[" + value + ("," + value).repeat(count - 1) + "]}");
    }

    private static String member(int segments, String member) {
        return segments(segments).replace("\"extractor\"", "\"member\":\"" + member + "\",\"extractor\"");
    }

    @TestFactory
    Stream<DynamicTest> tooDeep() {
        String deep = "[".repeat(100_000) + "]".repeat(100_000);
        Call open = Call.of(Listener.CONTROL, "POST", "/control/v1/runs/" + victim.run.id + "/units/read")
                .bearer(api.token(Listener.CONTROL));
        return Attack.tests(
                result("metadata 33 deep", 422, withMetadata(33), withMetadata(31)),
                result("a line 200,000 brackets deep", 422, deep, line),
                result(
                        "a number of 10,000 digits",
                        422,
                        Victim.extraction(1, "x").replace("}", ",\"millis\":" + "9".repeat(10_000) + "}"),
                        line),
                result(
                        "metadata over 1 MiB",
                        422,
                        metadata("\"" + "a".repeat(99_000) + "\"", 12),
                        metadata("\"a\"", 12)),
                result("100,001 segments", 422, segments(100_001), segments(10)),
                result("an embedding of 4,097 numbers", 422, embedding(4_097), embedding(4_096)),
                result("two values in a line", 422, line + line, line),
                Attack.of(
                        "a claim 100,000 brackets deep",
                        victim.claim().sending(deep.getBytes(StandardCharsets.US_ASCII)),
                        400,
                        victim.claim()),
                Attack.of(
                        "units 100,000 brackets deep",
                        open.json("{\"units\":" + deep + "}"),
                        400,
                        open.json("{\"units\":[]}")),
                Attack.of(
                        "units deep in a field that nobody reads",
                        open.json("{\"units\":[],\"x\":" + deep + "}"),
                        400,
                        open.json("{\"units\":[],\"x\":[]}")));
    }

    @TestFactory
    Stream<DynamicTest> compressedOrOfAnUnclearLength() {
        Call good = victim.results(line);
        byte[] bomb = gzip(new byte[100 * MEBIBYTE]);
        String length = "Content-Length: " + good.body().length;
        return Attack.tests(
                Attack.of(
                        "results that unpack to 100 MiB",
                        good.with("Content-Encoding: gzip").sending(bomb),
                        415,
                        good),
                Attack.of(
                        "compressed results",
                        good.with("Content-Encoding: gzip").sending(gzip(good.body())),
                        415,
                        good),
                Attack.of(
                        "a compressed artifact",
                        victim.artifact(0, "a").with("Content-Encoding: gzip").sending(bomb),
                        415,
                        victim.artifact(0, "a")),
                Attack.of("two lengths", good.with(length).with("Content-Length: 1"), 400, good.with(length)),
                Attack.of("a negative length", good.with("Content-Length: -1"), 400, good.with(length)),
                Attack.of("a length that is no number", good.with("Content-Length: 0x10"), 400, good.with(length)),
                Attack.of(
                        "an unknown transfer coding", good.with("Transfer-Encoding: xchunked"), 501, good.with(length)),
                Attack.of("chunked twice", good.with("Transfer-Encoding: chunked, chunked"), 400, good.chunked()),
                Attack.of(
                        "a chunk of a length that is no number",
                        good.with("Transfer-Encoding: chunked")
                                .sending("xyz\r\n\r\n".getBytes(StandardCharsets.US_ASCII)),
                        400,
                        good.chunked()));
    }

    @Test
    void afterAllOfThemTheApiAnswersOthers() {
        assertThat(Call.get(Listener.PUBLIC, "/actuator/health").send().status())
                .isEqualTo(200);
    }

    /** Tells a length and sends none of it: the refusal must not wait for the body. */
    private static Call announcing(Call call, int length) {
        return call.with("Content-Length: " + length).sending(new byte[0]);
    }

    private Attack result(String name, int expected, String hostile, String harmless) {
        return new Attack(
                name,
                () -> victim.results(hostile).send().lastLine(),
                expected,
                () -> Victim.running().results(harmless).send().lastLine());
    }

    private static String[] lines(int count) {
        String[] lines = new String[count];
        Arrays.fill(lines, Victim.started(0));
        return lines;
    }

    private static String padded(int length) {
        String line = Victim.started(0);
        return line.substring(0, line.length() - 1) + " ".repeat(length - line.length()) + "}";
    }

    private static byte[] spaced(byte[] json) {
        byte[] spaced = new byte[MEBIBYTE + 1];
        Arrays.fill(spaced, (byte) ' ');
        System.arraycopy(json, 0, spaced, 0, json.length - 1);
        spaced[spaced.length - 1] = '}';
        return spaced;
    }

    private static String ids(int count) {
        String id = "\"" + java.util.UUID.randomUUID() + "\"";
        return id + ("," + id).repeat(count - 1);
    }

    private static String withMetadata(int depth) {
        return Victim.extraction(1, "x")
                .replace("}", ",\"metadata\":{\"a\":" + "[".repeat(depth) + "]".repeat(depth) + "}}");
    }

    private static String metadata(String value, int count) {
        StringBuilder fields = new StringBuilder("\"k\":" + value);
        for (int i = 1; i < count; i++) {
            fields.append(",\"k").append(i).append("\":").append(value);
        }
        return Victim.extraction(1, "x").replace("}", ",\"metadata\":{" + fields + "}}");
    }

    private static String segments(int count) {
        return Victim.extraction(1, "x").replace("}", ",\"segments\":[{}" + ",{}".repeat(count - 1) + "]}");
    }

    private static String embedding(int count) {
        return Victim.extraction(1, "x")
                .replace("}", ",\"segments\":[{\"embedding\":[0" + ",0".repeat(count - 1) + "]}]}");
    }

    private static byte[] gzip(byte[] plain) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(plain);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return packed.toByteArray();
    }
}
