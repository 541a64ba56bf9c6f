package dev.quarry.proxy.attempt;

import dev.quarry.proxy.limit.Uploads;
import dev.quarry.proxy.limit.Uploads.Upload;
import dev.quarry.proxy.problem.Problem;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.springframework.http.HttpStatus;

/** Reads bodies into memory, which is taken as their bytes arrive. How long they may be is the listener's business. */
final class RequestBodies {
    private static final int FIRST = 16 * 1024;

    private RequestBodies() {}

    static ByteBuffer read(HttpServletRequest request, Upload upload) throws IOException {
        upload.take(FIRST);
        byte[] body = new byte[FIRST];
        int length = 0;
        InputStream in = request.getInputStream();
        for (int read; (read = in.read(body, length, body.length - length)) >= 0; ) {
            length += read;
            if (length == body.length) {
                body = larger(body, request.getContentLengthLong(), upload);
            }
        }
        return ByteBuffer.wrap(body, 0, length);
    }

    /** One byte more than was announced, so that the end is seen without growing again. */
    private static byte[] larger(byte[] body, long announced, Upload upload) {
        int doubled = Math.min(2 * body.length, Uploads.LARGEST + 1);
        int length = announced >= body.length && announced < doubled ? (int) announced + 1 : doubled;
        upload.take(length - body.length);
        return Arrays.copyOf(body, length);
    }

    /** The lines of an NDJSON body, which they share; empty ones are passed over. */
    static List<ByteBuffer> lines(ByteBuffer body, int max) {
        List<ByteBuffer> lines = new ArrayList<>();
        int count = 0;
        int start = 0;
        for (int i = 0; i <= body.limit(); i++) {
            if (i == body.limit() || body.get(i) == '\n') {
                if (i > start && ++count <= max) {
                    lines.add(body.slice(start, i - start));
                }
                start = i + 1;
            }
        }
        if (count > max) {
            throw new Problem(
                    HttpStatus.PAYLOAD_TOO_LARGE, "too_many_lines", count + " lines; at most " + max + " a request");
        }
        return lines;
    }
}
