package dev.quarry.proxy.attempt;

import dev.quarry.proxy.problem.Problem;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.springframework.http.HttpStatus;

/** Reads bodies within limits; a longer one is refused as soon as that shows. */
final class RequestBodies {
    private RequestBodies() {}

    static byte[] read(HttpServletRequest request, int max) throws IOException {
        if (request.getHeader("Content-Encoding") != null) {
            throw new Problem(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "encoded", "send the body without Content-Encoding");
        }
        if (request.getContentLengthLong() > max) {
            throw tooLarge(max);
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream((int) Math.max(1024, request.getContentLengthLong()));
        InputStream in = request.getInputStream();
        byte[] buffer = new byte[16 * 1024];
        for (int read; (read = in.read(buffer)) >= 0; ) {
            if (body.size() + read > max) {
                throw tooLarge(max);
            }
            body.write(buffer, 0, read);
        }
        return body.toByteArray();
    }

    /** The lines of an NDJSON body; empty ones are passed over. */
    static List<byte[]> lines(byte[] body, int max) {
        List<byte[]> lines = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= body.length; i++) {
            if (i == body.length || body[i] == '\n') {
                if (i > start) {
                    lines.add(java.util.Arrays.copyOfRange(body, start, i));
                }
                start = i + 1;
            }
        }
        if (lines.size() > max) {
            throw new Problem(
                    HttpStatus.PAYLOAD_TOO_LARGE,
                    "too_many_lines",
                    lines.size() + " lines; at most " + max + " a request");
        }
        return lines;
    }

    private static Problem tooLarge(int max) {
        return new Problem(HttpStatus.PAYLOAD_TOO_LARGE, "too_large", "the body has more than " + max + " bytes");
    }
}
