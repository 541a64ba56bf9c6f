package dev.quarry.activity;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** Looks at what settings name, and refuses what cannot work before the first job meets it. */
final class Setting {
    private Setting() {}

    /** @throws IllegalArgumentException that names the setting, unless the address is one of HTTP */
    static void checkHttp(String setting, String address) {
        if (!isHttp(address)) {
            throw new IllegalArgumentException(
                    setting + " is " + address + "; set it to an address like https://host:8080");
        }
    }

    private static boolean isHttp(String address) {
        try {
            URI uri = URI.create(address);
            return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme())) && uri.getHost() != null;
        } catch (IllegalArgumentException noAddress) {
            return false;
        }
    }

    /** @throws IllegalArgumentException that names the setting, unless the file can be run */
    static void checkProgram(String setting, Path file) {
        if (!Files.isRegularFile(file) || !Files.isExecutable(file)) {
            throw new IllegalArgumentException(
                    setting + " is " + file + ", which is no executable file; set it to the program that jobs run");
        }
    }

    /**
     * What the file holds, without blanks around it.
     *
     * @throws IllegalArgumentException that names the setting, if it cannot be read
     */
    static String read(String setting, Path file) {
        try {
            return Files.readString(file).trim();
        } catch (IOException e) {
            throw new IllegalArgumentException(setting + " is " + file + ", which cannot be read", e);
        }
    }
}
