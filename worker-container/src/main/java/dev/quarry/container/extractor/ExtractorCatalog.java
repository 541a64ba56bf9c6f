package dev.quarry.container.extractor;

import dev.quarry.container.BadEnvironmentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/** Finds extractors by name in the image's folder and in those that the operator added. */
public final class ExtractorCatalog {
    private final List<Path> folders;

    public ExtractorCatalog(List<Path> folders) {
        this.folders = folders;
    }

    /**
     * The manifests of these extractors, in this order. Only these are read: a customer's broken extractor must not stop other lanes.
     *
     * @throws BadEnvironmentException if one is not there, its manifest is wrong, or a program that it needs is not installed
     */
    public List<ExtractorManifest> named(List<String> names) {
        List<ExtractorManifest> manifests = new ArrayList<>();
        for (String name : names) {
            ExtractorManifest manifest = ManifestReader.read(folderOf(name));
            manifest.needs().forEach((program, debianPackage) -> insist(name, program, debianPackage));
            manifests.add(manifest);
        }
        return List.copyOf(manifests);
    }

    private static void insist(String extractor, String program, String debianPackage) {
        if (Arrays.stream(Spawner.PATH.split(":", -1))
                .noneMatch(folder -> Files.isExecutable(Path.of(folder, program)))) {
            throw new BadEnvironmentException("Extractor '" + extractor + "' needs the program " + program
                    + ", which is not in " + Spawner.PATH + ": install the Debian package " + debianPackage
                    + " where jobs run, or take the extractor out of its lane");
        }
    }

    private Path folderOf(String name) {
        for (int i = folders.size() - 1; i >= 0; i--) {
            Path folder = folders.get(i).resolve(name);
            if (Files.isRegularFile(folder.resolve("extractor.yaml"))) {
                return folder;
            }
        }
        throw new BadEnvironmentException(
                "This image has no extractor '" + name + "'; it has " + available() + " in " + folders);
    }

    private TreeSet<String> available() {
        TreeSet<String> names = new TreeSet<>();
        for (Path folder : folders) {
            try (java.util.stream.Stream<Path> children = Files.list(folder)) {
                children.filter(child -> Files.isRegularFile(child.resolve("extractor.yaml")))
                        .forEach(child -> names.add(child.getFileName().toString()));
            } catch (IOException e) {
                throw new BadEnvironmentException("'" + folder + "' cannot be listed: " + e);
            }
        }
        return names;
    }
}
