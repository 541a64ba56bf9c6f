package dev.quarry.dev.demo;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The lanes of a demo: documents, and films and sounds where this machine has the programs for them.
 *
 * @param ocr text in pictures as well
 */
record DemoLanes(List<String> programs, boolean ocr) {
    private static final List<String> FOLDERS = List.of("/usr/local/bin", "/usr/bin", "/bin");

    private static final List<String> FILMS_AND_SOUNDS = List.of(
            "mp4", "m4v", "mov", "avi", "mkv", "webm", "mpg", "mpeg", "wmv", "asf", "flv", "3gp", "mts", "m2ts", "ogv",
            "mp3", "m4a", "m4b", "aac", "flac", "ogg", "oga", "opus", "wav", "wma", "mka", "aif", "aiff", "au");

    /** What is installed here, in the folders in which extractors look. */
    static DemoLanes ofThisMachine(boolean ocr) {
        return new DemoLanes(
                Stream.of("ffmpeg", "ffprobe", "exiftool", "tesseract")
                        .filter(program ->
                                FOLDERS.stream().anyMatch(folder -> Files.isExecutable(Path.of(folder, program))))
                        .toList(),
                ocr);
    }

    /** Whether films and sounds have extractors of their own, besides Tika. */
    boolean media() {
        return !mediaExtractors().isEmpty();
    }

    /** Whether text in pictures is asked for and can be read here. */
    boolean readsPictures() {
        return ocr && programs.contains("tesseract");
    }

    /** For people: what there is, and what they could install. */
    String words() {
        String found = "films and sounds: " + String.join(", ", extractors(mediaExtractors()));
        return programs.containsAll(List.of("ffmpeg", "ffprobe", "exiftool"))
                ? found
                : found + " (with ffmpeg and libimage-exiftool-perl installed there would be more)";
    }

    private static List<String> extractors(List<String> besidesTika) {
        List<String> extractors = new ArrayList<>(List.of("tika"));
        extractors.addAll(besidesTika);
        return extractors;
    }

    private List<String> mediaExtractors() {
        List<String> extractors = new ArrayList<>();
        if (programs.containsAll(List.of("ffmpeg", "ffprobe"))) {
            extractors.addAll(List.of("ffprobe", "frames"));
        }
        if (programs.contains("exiftool")) {
            extractors.add("exiftool");
        }
        return extractors;
    }

    /** As environment of proxy-api. */
    Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>();
        int lanes = 0;
        if (media()) {
            String lane = lane(settings, lanes++, "media", mediaExtractors());
            settings.put(lane + "MEMORYMB", "2048");
            settings.put(lane + "DISKFACTOR", "1");
            settings.put(lane + "BYTESPERSECOND", "20000000");
            settings.put(lane + "SECONDSPERFILE", "1");
            list(
                    settings,
                    lane + "ACCEPTS_",
                    FILMS_AND_SOUNDS.stream().map(extension -> "*." + extension).toList());
        }
        lane(
                settings,
                lanes,
                "documents",
                readsPictures() ? List.of("image", "thumbnail", "ocr") : List.of("image", "thumbnail"));
        return settings;
    }

    private static String lane(Map<String, String> settings, int n, String name, List<String> besidesTika) {
        String lane = "QUARRY_LANES_" + n + "_";
        settings.put(lane + "NAME", name);
        settings.put(lane + "IMAGE", "quarry-agent");
        list(settings, lane + "EXTRACTORS_", extractors(besidesTika));
        return lane;
    }

    private static void list(Map<String, String> settings, String prefix, List<String> values) {
        for (int i = 0; i < values.size(); i++) {
            settings.put(prefix + i, values.get(i));
        }
    }
}
