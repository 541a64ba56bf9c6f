package dev.quarry.dev.corpus;

import dev.quarry.dev.UsageException;
import dev.quarry.postgres.FileTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Real documents, among them encrypted, broken and hostile ones: the Apache-2.0 test corpora that Apache Tika publishes with its
 * parser modules. {@code ./quarry} resolves their jars through Maven; this unpacks them, one folder per module.
 */
public final class TikaCorpus {
    private static final String DOCUMENTS = "test-documents/";

    private TikaCorpus() {}

    /** Where the demo and the benches keep the unpacked documents: in the user's cache folder. */
    public static Path cached() {
        return CacheFolder.path().resolve("tika-corpus-" + System.getProperty("quarry.tika", "3.3.1"));
    }

    /**
     * @param jars folder with the {@code tests} jars
     * @param to unpacked here unless it was before
     */
    public static Path unpacked(Path jars, Path to) throws IOException {
        if (Files.isDirectory(to)) {
            return to;
        }
        Files.createDirectories(to.toAbsolutePath().getParent());
        Path draft = Files.createTempDirectory(to.toAbsolutePath().getParent(), "corpus-");
        try {
            for (Path jar : testJars(jars)) {
                unpack(jar, draft.resolve(moduleOf(jar)));
            }
            Files.move(draft, to, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            FileTree.delete(draft);
        }
        return to;
    }

    private static List<Path> testJars(Path folder) throws IOException {
        List<Path> found = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, "tika-parser-*-tests.jar")) {
                jars.forEach(found::add);
            }
        }
        if (found.isEmpty()) {
            throw new UsageException(
                    "no Tika test corpus in " + folder + ": ./quarry setup fetches it; or name a directory to index");
        }
        Collections.sort(found);
        return found;
    }

    private static String moduleOf(Path jar) {
        return jar.getFileName().toString().replaceFirst("^tika-parser-(.*)-module-.*$", "$1");
    }

    private static void unpack(Path jar, Path to) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            Enumeration<? extends ZipEntry> entries = zip.entries();
            while (entries.hasMoreElements()) {
                ZipEntry entry = entries.nextElement();
                if (entry.getName().startsWith(DOCUMENTS) && !entry.isDirectory()) {
                    Path target = to.resolve(entry.getName().substring(DOCUMENTS.length()))
                            .normalize();
                    if (!target.startsWith(to)) {
                        throw new IOException(jar + " has an entry outside its folder: " + entry.getName());
                    }
                    Files.createDirectories(target.getParent());
                    try (InputStream in = zip.getInputStream(entry)) {
                        Files.copy(in, target);
                    }
                }
            }
        }
    }
}
