package dev.quarry.proxy.attack;

import dev.quarry.proxy.RunningApi;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/**
 * An answer as it came.
 *
 * @param status 0: the server hung up without one
 * @param headers lines, as they were sent
 */
record Reply(int status, List<String> headers, String body) {
    private static final Reply NONE = new Reply(0, List.of(), "");

    static Reply read(InputStream in) {
        byte[] all = readAll(in);
        // ISO 8859-1: each byte stays one character, so that lengths can be compared.
        String text = new String(all, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            return NONE;
        }
        List<String> lines = new ArrayList<>(text.substring(0, end).lines().toList());
        int status = Integer.parseInt(lines.remove(0).split(" ")[1]);
        Reply reply = new Reply(status, lines, text.substring(end + 4));
        return reply.header("transfer-encoding").equals("chunked")
                ? new Reply(status, lines, unchunked(reply.body))
                : reply;
    }

    private static byte[] readAll(InputStream in) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            in.transferTo(all);
        } catch (IOException hungUp) {
            // what came before counts
        }
        return all.toByteArray();
    }

    private static String unchunked(String chunks) {
        StringBuilder body = new StringBuilder();
        int at = 0;
        while (true) {
            int end = chunks.indexOf("\r\n", at);
            int length = end < 0 ? 0 : Integer.parseInt(chunks.substring(at, end), 16);
            if (length == 0) {
                return body.toString();
            }
            body.append(chunks, end + 2, end + 2 + length);
            at = end + 4 + length;
        }
    }

    boolean succeeded() {
        return status >= 200 && status < 300;
    }

    /** The value of a header, or nothing; all values, if it was sent more than once. */
    String header(String name) {
        return String.join(
                " | ",
                headers.stream()
                        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":"))
                        .map(line -> line.substring(name.length() + 1).strip())
                        .toList());
    }

    JsonNode json() {
        return RunningApi.JSON.readTree(body);
    }

    String text(String field) {
        return json().get(field).asString();
    }

    /** Of an answer to results, what the last line was told. */
    Reply lastLine() {
        if (status != 200) {
            return this;
        }
        List<String> lines = body.lines().toList();
        return new Reply(
                RunningApi.JSON
                        .readTree(lines.get(lines.size() - 1))
                        .get("status")
                        .asInt(),
                headers,
                body);
    }
}
