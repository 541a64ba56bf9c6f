package dev.quarry.proxy.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quarry.proxy.tenant.TenantId;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is swept and what is not, with puts and other sweeps at each moment of it. */
class ArtifactSweepTest {
    private static final Instant LONG_AGO = Instant.now().minus(3, ChronoUnit.DAYS);
    private static final Instant YESTERDAY = Instant.now().minus(1, ChronoUnit.DAYS);
    private static final String BYTES = "some bytes";
    private static final String NAME = HexFormat.of().formatHex(sha256(BYTES));

    private final TenantId tenant = new TenantId(UUID.randomUUID());

    @TempDir
    private Path home;

    private DirectoryArtifactStore store;
    private ArtifactFolder folder;

    @BeforeEach
    void anOldArtifact() throws IOException {
        store = new DirectoryArtifactStore(home);
        folder = new ArtifactFolder(home.resolve(tenant.toString()));
        put();
        age(folder.file(NAME));
    }

    @Test
    void whatIsOldAndUnknownIsSweptAndNothingElse() throws IOException {
        store.put(tenant, sha256("young"), bytes("young"));
        store.put(tenant, sha256("known"), bytes("known"));
        age(folder.file(HexFormat.of().formatHex(sha256("known"))));
        assertThat(sweep(known("known"))).isEqualTo(1);
        assertThat(store.open(tenant, sha256(BYTES))).isEmpty();
        assertThat(read("young")).hasValue("young");
        assertThat(read("known")).hasValue("known");
        assertThat(sweep(known("known"))).isZero();
    }

    /** Such as what NFS keeps of a file that is deleted while it is read. */
    @Test
    void whatIsNoArtifactIsNotAskedForAndHindersNothing() throws IOException {
        Files.createDirectories(folder.aside());
        Path stray = Files.writeString(folder.aside().resolve(".nfs0001"), "still read");
        age(stray);
        int swept = store.sweep(tenant, YESTERDAY, names -> {
            names.forEach(HexFormat.of()::parseHex);
            return Set.of();
        });
        assertThat(swept).isEqualTo(1);
        assertThat(stray).exists();
    }

    @Test
    void anotherTenantsStay() throws IOException {
        TenantId other = new TenantId(UUID.randomUUID());
        assertThat(store.sweep(other, YESTERDAY, names -> Set.of())).isZero();
        assertThat(read(BYTES)).hasValue(BYTES);
    }

    @Test
    void whatIsPutAgainIsAsGoodAsNew() throws IOException {
        put();
        assertThat(sweep(names -> Set.of())).isZero();
        assertThat(read(BYTES)).hasValue(BYTES);
    }

    /** Its row comes after the sweep. */
    @Test
    void whatIsPutAgainAfterItWasFoundUnknownStays() throws IOException {
        assertThat(sweep(steps(names -> {
                    put();
                    return Set.of();
                })))
                .isZero();
        assertThat(read(BYTES)).hasValue(BYTES);
    }

    @Test
    void whatIsPutAgainAfterItWasPutAsideStays() throws IOException {
        sweep(steps(names -> Set.of(), names -> {
            put();
            return Set.of();
        }));
        assertThat(read(BYTES)).hasValue(BYTES);
    }

    @Test
    void whatIsFoundToBeKnownOnlyWhenItIsPutAsideIsPutBack() throws IOException {
        assertThat(sweep(steps(names -> Set.of(), names -> Set.copyOf(names)))).isZero();
        assertThat(folder.file(NAME)).exists();
        assertThat(folder.aside(NAME)).doesNotExist();
    }

    @Test
    void whatIsAsideCanBeRead() throws IOException {
        assertThat(sweep(steps(names -> Set.of(), names -> {
                    assertThat(folder.file(NAME)).doesNotExist();
                    assertThat(read(BYTES)).hasValue(BYTES);
                    return Set.of();
                })))
                .isEqualTo(1);
        assertThat(read(BYTES)).isEmpty();
    }

    @Test
    void theNextSweepEndsOneThatWasKilled() throws IOException {
        assertThatThrownBy(() -> sweep(steps(names -> Set.of(), names -> {
                    throw new IllegalStateException("the database went away");
                })))
                .hasMessage("the database went away");
        assertThat(folder.aside(NAME)).exists();
        assertThat(sweep(known(BYTES))).isZero();
        assertThat(folder.file(NAME)).exists();

        age(folder.file(NAME));
        assertThatThrownBy(() -> sweep(steps(names -> Set.of(), names -> {
                    throw new IllegalStateException("again");
                })))
                .hasMessage("again");
        assertThat(sweep(names -> Set.of())).isEqualTo(1);
        assertThat(read(BYTES)).isEmpty();
    }

    @Test
    void anotherSweepAtTheSameTimeChangesNothing() throws IOException {
        assertThat(sweep(steps(names -> Set.of(), names -> {
                    assertThat(sweep(other -> Set.of())).isEqualTo(1);
                    return Set.of();
                })))
                .isZero();
        assertThat(read(BYTES)).isEmpty();
    }

    @Test
    void whatAKilledProcessHadHalfWrittenIsSwept() throws IOException {
        Path half = Files.createTempFile(folder.file(NAME).resolveSibling("."), ArtifactFolder.PART, null);
        assertThat(sweep(known(BYTES))).isZero();
        assertThat(half).as("somebody may be writing it").exists();
        age(half);
        assertThat(sweep(known(BYTES))).isZero();
        assertThat(half).doesNotExist();
    }

    /** Whatever way they fall together: after its put, and before its row, and for ever after, the bytes are there. */
    @Test
    void manyPutsAndSweepsAtOnceLoseNothing() throws IOException {
        for (int i = 0; i < 2_000; i++) {
            put();
            age(folder.file(NAME));
            Set<String> rows = ConcurrentHashMap.newKeySet();
            CompletableFuture<Void> sweeping = CompletableFuture.runAsync(() -> sweep(names -> {
                Thread.yield();
                return Set.copyOf(rows);
            }));
            put();
            assertThat(read(BYTES)).as("round " + i).hasValue(BYTES);
            rows.add(NAME);
            sweeping.join();
            assertThat(read(BYTES)).as("after the sweep of round " + i).hasValue(BYTES);
        }
    }

    private int sweep(ArtifactStore.Known known) {
        try {
            return store.sweep(tenant, YESTERDAY, known);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One answer for each question, the last one for all that follow. */
    private static ArtifactStore.Known steps(ArtifactStore.Known... answers) {
        Iterator<ArtifactStore.Known> all = List.of(answers).iterator();
        return names -> all.hasNext() ? all.next().of(names) : Set.of();
    }

    private static ArtifactStore.Known known(String content) {
        return names -> Set.of(HexFormat.of().formatHex(sha256(content)));
    }

    private void put() {
        try {
            store.put(tenant, sha256(BYTES), bytes(BYTES));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Optional<String> read(String content) {
        try (Stream<InputStream> found = store.open(tenant, sha256(content)).stream()) {
            return found.map(ArtifactSweepTest::text).findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void age(Path file) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(LONG_AGO));
    }

    private static ByteBuffer bytes(String content) {
        return ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] sha256(String content) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
