package dev.quarry.container.item;

import dev.quarry.container.job.Item;
import dev.quarry.container.job.JobApi;
import dev.quarry.container.job.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** Brings one item's bytes to the scratch directory. */
final class Download implements JobApi.Sink {
    private static final int CHUNK = 64 * 1024;

    private final Item item;
    private final FileChannel file;
    private final long mostBytes;
    private long received;

    private Download(Item item, FileChannel file, long mostBytes) {
        this.item = item;
        this.file = file;
        this.mostBytes = mostBytes;
    }

    /**
     * @return the outcome of an item that cannot be read, empty if it is all there
     * @throws DiskFullException if it does not fit
     */
    static Optional<ItemOutcome> run(JobApi api, Item item, Path target, long mostBytes) throws IOException {
        if (item.size() > mostBytes) {
            throw new DiskFullException("has " + item.size() + " bytes, the job's disk " + mostBytes);
        }
        try (FileChannel file = FileChannel.open(
                target, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            Download download = new Download(item, file, mostBytes);
            api.download(item.n(), download);
            return download.verdict();
        } catch (RefusedException e) {
            return Optional.of(refused(e));
        }
    }

    private Optional<ItemOutcome> verdict() {
        if (received == item.size()) {
            return Optional.empty();
        }
        return Optional.of(
                ItemOutcome.failed("CHANGED_WHILE_READING", "listed with " + item.size() + " bytes, read " + received));
    }

    private static ItemOutcome refused(RefusedException e) {
        if (e.status() == 412 || e.status() == 416) {
            return ItemOutcome.failed("CHANGED_WHILE_READING", "changed since it was listed");
        }
        if (e.code().equals("filtered")) {
            return ItemOutcome.filtered();
        }
        if (e.code().equals("archived")) {
            return ItemOutcome.failed("ARCHIVED", "it lies in an archive of the store: restore it there");
        }
        if (e.status() == 404 && !e.code().equals("gone_from_store")) {
            return ItemOutcome.failed("NOT_READABLE", "the API does not know this item (" + e.code() + ")");
        }
        return ItemOutcome.failed(
                "NOT_READABLE",
                e.status() == 404
                        ? "gone from the store since it was listed"
                        : "the store refuses it (" + e.status() + " " + e.code() + ")");
    }

    @Override
    public long received() {
        return received;
    }

    @Override
    public void take(long offset, InputStream in) throws IOException {
        position(offset);
        byte[] chunk = new byte[CHUNK];
        for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
            write(chunk, read);
        }
    }

    private void position(long offset) {
        try {
            file.truncate(offset);
            file.position(offset);
            received = offset;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(byte[] chunk, int length) {
        if (received + length > mostBytes) {
            throw new DiskFullException("more than the job's disk of " + mostBytes + " bytes");
        }
        try {
            ByteBuffer bytes = ByteBuffer.wrap(chunk, 0, length);
            while (bytes.hasRemaining()) {
                received += file.write(bytes);
            }
        } catch (IOException e) {
            throw diskTrouble(e);
        }
    }

    private static RuntimeException diskTrouble(IOException e) {
        String message = String.valueOf(e.getMessage());
        boolean full = message.contains("No space left") || message.contains("quota exceeded");
        return full ? new DiskFullException(message) : new UncheckedIOException(e);
    }
}
