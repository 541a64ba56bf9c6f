package dev.quarry.container;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The image's layout made of this build's classes and the test class path, since tests run before `mvn package` makes the image. */
final class TestImage {
    private TestImage() {}

    static synchronized Path folder() throws IOException {
        Path image = Path.of("target/test-image").toAbsolutePath();
        Path lib = image.resolve("lib/extractors");
        if (Files.isDirectory(lib)) {
            return image;
        }
        Path making = Files.createDirectories(
                Path.of("target/test-image-making-" + ProcessHandle.current().pid()));
        Path libs = Files.createDirectories(making.resolve("lib/extractors"));
        Files.createSymbolicLink(
                making.resolve("extractors"),
                Path.of("src/main/image/extractors").toAbsolutePath());
        Files.createSymbolicLink(
                libs.resolve("classes"), Path.of("target/classes").toAbsolutePath());
        Files.createSymbolicLink(making.resolve("bin"), Path.of("target/bin").toAbsolutePath());
        for (String jar : jars()) {
            Files.createSymbolicLink(libs.resolve(new File(jar).getName()), Path.of(jar));
        }
        Files.move(making, image);
        return image;
    }

    private static List<String> jars() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> entry.endsWith(".jar") && !entry.contains("logback") && !entry.contains("surefire"))
                .toList();
    }
}
