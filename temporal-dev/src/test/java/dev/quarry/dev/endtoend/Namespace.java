package dev.quarry.dev.endtoend;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A network namespace with one way out: to chosen TCP ports of one address of the host. Programs in it have no capabilities (root with
 * capabilities would get out) and see an empty folder where the store is.
 */
final class Namespace implements AutoCloseable {
    private final String name;
    private final String host;
    private final String guest;
    private final Path hidden;

    private Namespace(String name, String network, Path hidden) {
        this.name = name;
        this.host = network + ".1";
        this.guest = network + ".2";
        this.hidden = hidden;
    }

    static boolean isPossible() throws IOException, InterruptedException {
        String probe = "quarry-probe-" + ProcessHandle.current().pid();
        boolean made = execute(List.of("ip", "netns", "add", probe)) == 0;
        if (made) {
            execute(List.of("ip", "netns", "del", probe));
        }
        return made;
    }

    static Namespace create(Path hidden) throws IOException, InterruptedException {
        int number = ThreadLocalRandom.current().nextInt(1, 250);
        Namespace namespace = new Namespace("qw" + ProcessHandle.current().pid(), "10.99." + number, hidden);
        try {
            namespace.setUp();
            return namespace;
        } catch (IOException | InterruptedException | RuntimeException e) {
            namespace.close();
            throw e;
        }
    }

    private void setUp() throws IOException, InterruptedException {
        must("ip netns add " + name);
        must("ip link add " + name + "h type veth peer name " + name + "c netns " + name);
        must("ip addr add " + host + "/30 dev " + name + "h");
        must("ip link set " + name + "h up");
        must("ip -n " + name + " addr add " + guest + "/30 dev " + name + "c");
        must("ip -n " + name + " link set " + name + "c up");
        must("ip -n " + name + " link set lo up");
        // without this, listeners on the wildcard address of IPv6 are within reach
        must("ip netns exec " + name + " sysctl -qw net.ipv6.conf.all.disable_ipv6=1");
        must("ip -n " + name + " rule add pref 200 prohibit");
    }

    /** All else stays prohibited. */
    void allow(int... ports) throws IOException, InterruptedException {
        for (int port : ports) {
            must("ip -n " + name + " rule add pref 100 to " + host + "/32 ipproto tcp dport " + port + " lookup main");
        }
    }

    String hostAddress() {
        return host;
    }

    /** Runs what is appended to it inside. */
    List<String> prefix() {
        return List.of(
                "ip",
                "netns",
                "exec",
                name,
                "sh",
                "-ec",
                "mount -t tmpfs -o ro,size=4k,mode=000 none '" + hidden + "' && exec setpriv --no-new-privs"
                        + " --bounding-set=-all --inh-caps=-all -- \"$@\"",
                "sh");
    }

    int run(String script) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(prefix());
        command.addAll(List.of("bash", "-c", script));
        return execute(command);
    }

    boolean reaches(String address, int port) throws IOException, InterruptedException {
        return run("exec 3<>/dev/tcp/" + address + "/" + port) == 0;
    }

    private static void must(String command) throws IOException, InterruptedException {
        if (execute(List.of(command.split(" ", -1))) != 0) {
            throw new IOException("failed: " + command);
        }
    }

    private static int execute(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        if (code != 0 && !output.isBlank()) {
            System.out.println(String.join(" ", command) + ": " + output.strip());
        }
        return code;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        execute(List.of("ip", "netns", "del", name));
        execute(List.of("ip", "link", "del", name + "h"));
    }
}
