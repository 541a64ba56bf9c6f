package dev.quarry.proxy.store;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;

/** A lease (fcntl, F_SETLEASE) on a file, held by a process of its own: Java cannot take one. */
final class FileLease implements AutoCloseable {
    private static final String PROGRAM = """
            import fcntl, os, signal, sys
            signal.signal(signal.SIGIO, signal.SIG_IGN)
            fd = os.open(sys.argv[1], os.O_RDWR)
            fcntl.fcntl(fd, fcntl.F_SETLEASE, fcntl.F_WRLCK)
            print("held", flush=True)
            sys.stdin.read()
            """;

    private final Process holder;

    private FileLease(Process holder) {
        this.holder = holder;
    }

    /** Skips the test where there is no Python or the file system has no leases. */
    static FileLease on(Path file) throws IOException {
        Process holder;
        try {
            holder = new ProcessBuilder("python3", "-c", PROGRAM, file.toString()).start();
        } catch (IOException missing) {
            assumeTrue(false, "no python3 to take a lease with");
            throw missing;
        }
        String answer = holder.inputReader().readLine();
        assumeTrue("held".equals(answer), "no lease on files of this file system");
        return new FileLease(holder);
    }

    @Override
    public void close() throws InterruptedException, IOException {
        holder.outputWriter().close();
        holder.waitFor();
    }
}
