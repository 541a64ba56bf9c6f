package dev.quarry.dev.endtoend;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Passes connections to one address on to another: Temporal's dev server listens on 127.0.0.1 only. */
final class TcpRelay implements AutoCloseable {
    private final ServerSocket listener;
    private final InetSocketAddress target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    TcpRelay(String address, int port, InetSocketAddress target) throws IOException {
        this.target = target;
        listener = new ServerSocket(port, 50, InetAddress.getByName(address));
        start(this::accept);
    }

    private void accept() {
        try {
            while (true) {
                Socket caller = listener.accept();
                Socket onward = new Socket(target.getAddress(), target.getPort());
                open.add(caller);
                open.add(onward);
                start(() -> pump(caller, onward));
                start(() -> pump(onward, caller));
            }
        } catch (IOException closed) {
            // the end of the test
        }
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "tcp-relay");
        thread.setDaemon(true);
        thread.start();
    }

    private static void pump(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException closed) {
            // by either side
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
