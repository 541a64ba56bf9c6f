package dev.quarry.proxy.store;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A small HTTP proxy between client and emulator that misbehaves as it is told: one request per connection, heads passed on as they are, since they are signed. */
public final class StoreFaults implements Closeable {
    /** What to do with one request. */
    public interface Fault {
        void answer(Exchange exchange) throws IOException;
    }

    private final ServerSocket server;
    private final int upstream;
    private volatile Fault fault = Exchange::pass;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger sentBody = new AtomicInteger();
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger takenWhole = new AtomicInteger();

    public StoreFaults(int upstream) {
        try {
            this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.upstream = upstream;
        Thread thread = new Thread(this::accept, "store-faults");
        thread.setDaemon(true);
        thread.start();
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    public void always(Fault what) {
        fault = what;
    }

    /** The first {@code count} requests, those after them pass. */
    public void first(int count, Fault what) {
        AtomicInteger left = new AtomicInteger(count);
        fault = exchange -> (left.getAndDecrement() > 0 ? what : (Fault) Exchange::pass).answer(exchange);
    }

    /** Heads of all requests so far. */
    public List<String> requests() {
        return requests;
    }

    /** Connections that are open, as the store sees it. */
    public int underWay() {
        return underWay.get();
    }

    public int sentBody() {
        return sentBody.get();
    }

    /** Answers that were {@link Exchange#watched} and of which the client has left nothing unread, as its kernel says. */
    public int takenWhole() {
        return takenWhole.get();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Thread thread = new Thread(() -> serve(client), "store-faults-connection");
                thread.setDaemon(true);
                thread.start();
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        underWay.incrementAndGet();
        try (client) {
            String head = head(client.getInputStream());
            if (!head.isEmpty()) {
                requests.add(head);
                fault.answer(new Exchange(head, client));
            }
        } catch (IOException gone) {
            // The client went away, which some tests want.
            return;
        } finally {
            underWay.decrementAndGet();
        }
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int read = in.read();
            if (read < 0) {
                return "";
            }
            head.write(read);
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    /** One request and what can be done with it. */
    public final class Exchange {
        private final String head;
        private final Socket client;

        private Exchange(String head, Socket client) {
            this.head = head;
            this.client = client;
        }

        /** The request's head. */
        public String request() {
            return head;
        }

        public void respond(int status, String headers, byte[] body) throws IOException {
            write(
                    client.getOutputStream(),
                    "HTTP/1.1 " + status + " x\r\nConnection: close\r\n" + headers + "Content-Length: " + body.length
                            + "\r\n\r\n");
            if (!head.startsWith("HEAD ")) {
                client.getOutputStream().write(body);
            }
        }

        public void pass() throws IOException {
            pass(Long.MAX_VALUE, 8192, 0, "", "");
        }

        /** An error as S3 and as Azure name them. */
        public void respond(int status, String code) throws IOException {
            respond(
                    status,
                    "Content-Type: application/xml\r\nx-ms-error-code: " + code + "\r\n",
                    "<Error><Code>" + code + "</Code></Error>");
        }

        public void respond(int status, String headers, String body) throws IOException {
            write(
                    client.getOutputStream(),
                    "HTTP/1.1 " + status + " x\r\nConnection: close\r\n" + headers + "Content-Length: " + body.length()
                            + "\r\n\r\n" + body);
        }

        /** Passes the answer on up to so many bytes of its body, then cuts the connection. */
        public void cutAfter(long bytes) throws IOException {
            pass(bytes, 8192, 0, "", "");
            client.setSoLinger(true, 0);
        }

        public void slowly(long pauseMillis) throws IOException {
            slowly(1, pauseMillis);
        }

        /** So many bytes at a time. */
        public void slowly(int bytes, long pauseMillis) throws IOException {
            pass(Long.MAX_VALUE, bytes, pauseMillis, "", "");
        }

        /** Passes the answer on, so many bytes at a time, and sees how the client leaves: a close with bytes unread is a reset, wherever they lie. */
        public void watched(int bytes, long pauseMillis) throws IOException {
            pass(Long.MAX_VALUE, bytes, pauseMillis, "", "");
            client.shutdownOutput();
            if (client.getInputStream().read() < 0) {
                takenWhole.incrementAndGet();
            }
        }

        /** Passes the answer on with this replaced in head and body. */
        public void replacing(String what, String by) throws IOException {
            pass(Long.MAX_VALUE, 8192, 0, what, by);
        }

        public void hang() throws IOException {
            client.getInputStream().read();
        }

        private void pass(long most, int atOnce, long pauseMillis, String what, String by) throws IOException {
            try (Socket store = new Socket("127.0.0.1", upstream)) {
                // Of all headers this one is not signed. An answer without a length ends with its connection.
                write(store.getOutputStream(), head.replace("Connection: Keep-Alive", "Connection: close"));
                OutputStream out = client.getOutputStream();
                String answer =
                        StoreFaults.head(store.getInputStream()).replaceFirst("\r\n", "\r\nConnection: close\r\n");
                write(out, what.isEmpty() ? answer : answer.replace(what, by));
                body(store.getInputStream(), out, Math.min(length(answer), most), atOnce, pauseMillis);
            }
        }

        private void body(InputStream in, OutputStream out, long length, int atOnce, long pauseMillis)
                throws IOException {
            byte[] buffer = new byte[atOnce];
            long left = length;
            while (left > 0) {
                int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
                if (read < 0) {
                    return;
                }
                out.write(buffer, 0, read);
                out.flush();
                sentBody.addAndGet(read);
                left -= read;
                if (pauseMillis > 0) {
                    pause(pauseMillis);
                }
            }
        }

        /** The wire's slowness, not a wait for something. */
        private void pause(long millis) throws IOException {
            try {
                Thread.sleep(millis);
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        private long length(String answer) {
            for (String line : answer.split("\r\n", -1)) {
                if (line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
                    return Long.parseLong(line.substring(15).strip());
                }
            }
            return Long.MAX_VALUE;
        }
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
