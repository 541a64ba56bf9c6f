package dev.quarry.proxy.store;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** s3proxy in a process of its own on loopback, started once for all tests of this JVM. It keeps objects as files and checks signatures. */
public final class S3Emulator extends S3Server {
    private static final class Shared {
        private static final S3Emulator EMULATOR =
                new S3Emulator(EmulatorProcess.start("s3proxy", S3Emulator::program));
    }

    private S3Emulator(int port) {
        super(port);
    }

    public static S3Emulator shared() {
        return Shared.EMULATOR;
    }

    public static boolean isInstalled() {
        return Files.isDirectory(jars());
    }

    private static Path jars() {
        return EmulatorProcess.installed("s3proxy");
    }

    private static ProcessBuilder program(int port, Path home) throws IOException {
        Path data = Files.createDirectories(home.resolve("data"));
        Path settings = Files.writeString(home.resolve("s3proxy.conf"), """
                s3proxy.endpoint=http://127.0.0.1:%d
                s3proxy.authorization=aws-v2-or-v4
                s3proxy.identity=%s
                s3proxy.credential=%s
                jclouds.provider=filesystem-nio2
                jclouds.filesystem.basedir=%s
                """.formatted(port, KEY_ID, SECRET, data));
        return new ProcessBuilder(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                jars() + File.pathSeparator + jars() + "/*",
                "org.gaul.s3proxy.Main",
                "--properties",
                settings.toString()));
    }
}
