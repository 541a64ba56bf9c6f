package dev.quarry.proxy.attempt;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.listener.Listener;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** A GET whose answer is read no faster than its caller does; what nobody reads fills a small buffer. */
final class SlowReader implements Closeable {
    private final Socket socket = new Socket();

    SlowReader(RunningApi process, String path, String token) {
        try {
            socket.setReceiveBufferSize(8 * 1024);
            socket.setSoTimeout(30_000);
            socket.connect(new InetSocketAddress(
                    "127.0.0.1", URI.create(process.url(Listener.JOB)).getPort()));
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: quarry\r\nAuthorization: Bearer " + token
                                    + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The answer's first line and headers. */
    String head() {
        try {
            StringBuilder head = new StringBuilder();
            for (int c = socket.getInputStream().read();
                    c >= 0;
                    c = socket.getInputStream().read()) {
                head.append((char) c);
                if (c == '\n' && head.toString().endsWith("\r\n\r\n")) {
                    break;
                }
            }
            return head.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All there is to come; how many bytes that were. */
    long drain() throws IOException {
        byte[] some = new byte[256 * 1024];
        long count = 0;
        InputStream in = socket.getInputStream();
        for (int read = in.read(some); read >= 0; read = in.read(some)) {
            count += read;
        }
        return count;
    }

    /** Waits for so many, or the end; how many there were. */
    int read(int bytes) throws IOException {
        return socket.getInputStream().readNBytes(bytes).length;
    }

    /** Goes away as a process that was killed. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
