package dev.quarry.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A port of 127.0.0.1 that nobody listens on.
 *
 * <p>Taken from below the kernel's ephemeral range: a port inside it can be given to an outgoing connection while its server is being
 * restarted, and a client that dials a dead port of that range can even connect to itself.
 */
public final class FreePort {
    private static final int FROM = 20_000;
    private static final int TO = 32_000;
    private static final int TRIES = 1_000;
    /** Nobody listens yet on one that was just given, so it still looks free. */
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private FreePort() {}

    /** Never the same twice in one process; another process may be given it as long as nobody listens on it. */
    public static int find() throws IOException {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(FROM, TO);
            if (GIVEN.add(port) && isFree(port)) {
                return port;
            }
        }
        throw new IOException("no free TCP port found between " + FROM + " and " + TO + " on 127.0.0.1");
    }

    public static boolean isFree(int port) {
        try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            return probe.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
