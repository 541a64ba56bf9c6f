package dev.quarry.container;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Listens in every way that a program may send something on one machine, and knows the attack that sends there. */
final class Eavesdropper implements AutoCloseable {
    private static final Path PROGRAM =
            Path.of("src/test/extractors/hostile/eavesdropper.pl").toAbsolutePath();
    private static final long MOMENT_MILLIS = 500;

    private final Map<String, String> attacks = new LinkedHashMap<>();
    private final List<Channel> channels = new ArrayList<>();
    private final BlockingQueue<String> arrived = new LinkedBlockingQueue<>();
    private final Process perl;

    Eavesdropper(Path folder) throws IOException, InterruptedException {
        tcp("tcp4", "127.0.0.1");
        udp("udp4", "127.0.0.1");
        udp("dns", "127.0.0.1");
        try {
            tcp("tcp6", "::1");
            udp("udp6", "::1");
        } catch (IOException noIpv6Here) {
            // then there is nobody to send it to
        }
        Path stream = folder.resolve("stream.socket");
        ServerSocketChannel unix = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listen("unix", unix, UnixDomainSocketAddress.of(stream));
        Files.setPosixFilePermissions(stream, PosixFilePermissions.fromString("rwxrwxrwx"));
        attacks.put("unix", stream.toString());
        Path datagram = folder.resolve("datagram.socket");
        String name = "quarry-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
        perl = new ProcessBuilder("/usr/bin/perl", PROGRAM.toString(), datagram.toString(), name).start();
        watch(() -> perl.inputReader(StandardCharsets.US_ASCII).lines().forEach(arrived::add));
        if (!"ready".equals(arrived.poll(10, TimeUnit.SECONDS))) {
            throw new IOException("no listener for datagrams and abstract sockets");
        }
        attacks.put("datagram", datagram.toString());
        attacks.put("abstract", name);
    }

    private void tcp(String kind, String address) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        listen(kind, channel, new InetSocketAddress(InetAddress.getByName(address), 0));
        attacks.put(kind, String.valueOf(((InetSocketAddress) channel.getLocalAddress()).getPort()));
    }

    private void listen(String kind, ServerSocketChannel channel, SocketAddress address) throws IOException {
        channels.add(channel);
        channel.bind(address);
        watch(() -> {
            while (true) {
                try (SocketChannel caller = channel.accept()) {
                    caller.read(ByteBuffer.allocate(100)); // who closes at once kills the sender by a signal
                }
                arrived.add(kind);
            }
        });
    }

    private void udp(String kind, String address) throws IOException {
        DatagramChannel channel = DatagramChannel.open();
        channels.add(channel);
        channel.bind(new InetSocketAddress(InetAddress.getByName(address), 0));
        attacks.put(kind, String.valueOf(((InetSocketAddress) channel.getLocalAddress()).getPort()));
        watch(() -> {
            while (true) {
                ByteBuffer words = ByteBuffer.allocate(100);
                channel.receive(words);
                if (new String(words.array(), StandardCharsets.ISO_8859_1).contains("stolen")) {
                    arrived.add(kind);
                }
            }
        });
    }

    private interface Watch {
        void run() throws IOException;
    }

    private static void watch(Watch watch) {
        Thread thread = new Thread(
                () -> {
                    try {
                        watch.run();
                    } catch (IOException closed) {
                        // the end of the test
                    }
                },
                "eavesdropper");
        thread.setDaemon(true);
        thread.start();
    }

    /** What to tell the hostile extractor, the kind first. */
    List<String> attacks() {
        return attacks.entrySet().stream()
                .map(attack -> attack.getKey() + " " + attack.getValue())
                .toList();
    }

    /** The kinds of what arrived since the last call; waits a moment for what is still under way. */
    List<String> arrived() throws InterruptedException {
        List<String> kinds = new ArrayList<>();
        @Nullable String next = arrived.poll(MOMENT_MILLIS, TimeUnit.MILLISECONDS);
        while (next != null) {
            kinds.add(next);
            next = arrived.poll();
        }
        return kinds;
    }

    @Override
    public void close() throws IOException {
        for (Channel channel : channels) {
            channel.close();
        }
        perl.destroyForcibly();
    }
}
