package dev.quarry.dev.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.quarry.dev.stack.Installation;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the build made is what the images are made of. That the files build is seen by hand: no test has a container engine. */
class ImagesEndToEnd {
    private static final Pattern COPY = Pattern.compile("(?m)^COPY (\\S+) \\S+$");
    private static final Pattern MAIN = Pattern.compile("\"(dev\\.quarry\\.[A-Za-z.]+)\"]$", Pattern.MULTILINE);

    private static Path module(String name) {
        return Installation.current().root().resolve(name);
    }

    private static String containerfile(String module) throws IOException {
        return Files.readString(module(module).resolve("Containerfile"));
    }

    private static List<Path> copied(String module) throws IOException {
        List<Path> found = new ArrayList<>();
        List<String> sources = COPY.matcher(containerfile(module))
                .results()
                .map(copy -> copy.group(1))
                .toList();
        assertThat(sources).isNotEmpty();
        for (String source : sources) {
            Path path = module(module).resolve(source);
            Path folder = path.getParent();
            assertThat(folder).isDirectory();
            try (DirectoryStream<Path> matches =
                    Files.newDirectoryStream(folder, path.getFileName().toString())) {
                int before = found.size();
                matches.forEach(found::add);
                assertThat(found.size()).as(source).isGreaterThan(before);
            }
        }
        return found;
    }

    @ParameterizedTest
    @ValueSource(strings = {"worker-container", "proxy-api", "activities"})
    void everythingAnImageCopiesIsThereAndItsNoticesToo(String module) throws IOException {
        Path notices = copied(module).stream()
                .map(path -> Files.isDirectory(path) ? path.resolve("THIRD-PARTY.txt") : path)
                .filter(path -> path.endsWith("THIRD-PARTY.txt") && Files.exists(path))
                .findFirst()
                .orElseThrow();
        assertThat(Files.readString(notices)).contains("Apache-2.0:").doesNotContain("Unknown license");
    }

    @ParameterizedTest
    @ValueSource(strings = {"worker-container", "proxy-api", "activities"})
    void theSbomOfAnImageNamesEveryLibraryInIt(String module) throws IOException {
        Set<String> named = new HashSet<>();
        for (JsonNode component : sbom(module).path("components")) {
            assertThat(component.path("hashes").size()).as(component.toString()).isPositive();
            named.add(component.path("name").asText() + "-"
                    + component.path("version").asText());
        }
        assertThat(named).containsAll(libraries(module));
    }

    private static JsonNode sbom(String module) throws IOException {
        Path file = copied(module).stream()
                .map(path -> Files.isDirectory(path) ? path.resolve("sbom.json") : path)
                .filter(path -> path.endsWith("sbom.json") && Files.exists(path))
                .findFirst()
                .orElseThrow();
        return new ObjectMapper().readTree(file.toFile());
    }

    /** The jars that are copied, but our own. */
    private static Set<String> libraries(String module) throws IOException {
        Set<String> jars = new HashSet<>();
        for (Path source : copied(module)) {
            try (Stream<Path> files = Files.walk(source)) {
                files.map(file -> file.getFileName().toString())
                        .filter(name -> name.endsWith(".jar") && !name.contains("-0.1.0-SNAPSHOT"))
                        .map(name -> name.substring(0, name.length() - ".jar".length()))
                        .forEach(jars::add);
            }
        }
        assertThat(jars).hasSizeGreaterThan(10);
        return jars;
    }

    @ParameterizedTest
    @ValueSource(strings = {"proxy-api", "activities"})
    void theProgramAnImageStartsIsInItsJar(String module) throws IOException {
        Matcher main = MAIN.matcher(containerfile(module));
        String entry = main.results()
                        .map(MatchResult::group)
                        .findFirst()
                        .orElseThrow()
                        .replace("\"", "")
                        .replace("]", "")
                        .replace('.', '/')
                + ".class";
        List<Path> jars = copied(module).stream()
                .filter(path -> path.toString().endsWith(".jar"))
                .toList();
        assertThat(jars).hasSize(1);
        try (JarFile jar = new JarFile(jars.get(0).toFile())) {
            assertThat(jar.getEntry(entry)).as(entry).isNotNull();
        }
    }
}
