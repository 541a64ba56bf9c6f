package dev.quarry.proxy.unit;

import dev.quarry.proxy.run.RunLimits;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Packs pending files into units, by lane. Pure; one use per call of {@code takeUnits}. */
final class Packing {
    /** How many files the first units hold, so that something shows at once. */
    private static final int[] RAMP = {1, 8, 64};

    /** With fewer bytes a document may hold no word to find. */
    private static final long QUICK_LEAST_BYTES = 1 << 10;

    private static final long QUICK_BYTES = 1 << 20;
    private static final Set<String> TEXT_LIKE =
            Set.of("txt", "md", "html", "htm", "csv", "json", "xml", "rtf", "eml", "docx", "odt", "pdf");

    private final RunLimits limits;
    private final int max;
    private final List<PlannedUnit> units = new ArrayList<>();
    private final Map<String, Bin> bins = new LinkedHashMap<>();
    private int number;

    Packing(RunLimits limits, int firstNumber, int max) {
        this.limits = limits;
        this.number = firstNumber;
        this.max = max;
    }

    /**
     * @param files in the order in which they became pending
     * @param last whether no more files are to come, so that the last units are made, and made alike in size
     * @param idle whether nothing else of this run is under way: rather a small unit than none
     */
    List<PlannedUnit> pack(List<PendingFile> files, boolean last, boolean idle) {
        List<PendingFile> ordered = number == 1 ? quickFirst(files) : files;
        for (int i = 0; i < ordered.size() && units.size() < max; i++) {
            add(ordered.get(i), last ? ordered.size() - i : Integer.MAX_VALUE);
        }
        if (last || (idle && units.isEmpty())) {
            for (Bin bin : List.copyOf(bins.values())) {
                close(bin);
            }
        }
        return units;
    }

    private void add(PendingFile file, int left) {
        if (isAlone(file)) {
            emit(file.lane(), List.of(file));
            return;
        }
        Bin bin = bins.computeIfAbsent(file.lane(), lane -> new Bin(lane, capacity(left)));
        if (!bin.fits(file)) {
            close(bin);
            bin = bins.computeIfAbsent(file.lane(), lane -> new Bin(lane, capacity(left)));
        }
        bin.add(file);
        if (bin.isFull()) {
            close(bin);
        }
    }

    private boolean isAlone(PendingFile file) {
        return file.size() > limits.smallFile()
                || file.seconds() * 2 > limits.unitWork().toSeconds();
    }

    /** The ramp first; then as many as a unit may hold, the last ones alike, so that their jobs end together. */
    private int capacity(int left) {
        int planned = number - 1 + bins.size();
        if (planned < RAMP.length) {
            return Math.min(RAMP[planned], limits.unitFiles());
        }
        if (left == Integer.MAX_VALUE) {
            return limits.unitFiles();
        }
        int parts = (left + limits.unitFiles() - 1) / limits.unitFiles();
        return (left + parts - 1) / parts;
    }

    private void close(Bin bin) {
        bins.remove(bin.lane);
        if (!bin.files.isEmpty()) {
            emit(bin.lane, bin.files);
        }
    }

    private void emit(String lane, List<PendingFile> files) {
        if (units.size() < max) {
            units.add(new PlannedUnit(UUID.randomUUID(), number++, lane, List.copyOf(files)));
        }
    }

    /** A small document with text to the front: it is what the very first job is for. */
    private static List<PendingFile> quickFirst(List<PendingFile> files) {
        List<PendingFile> ordered = new ArrayList<>(files);
        ordered.stream()
                .filter(file -> file.size() >= QUICK_LEAST_BYTES && file.size() <= QUICK_BYTES)
                .filter(file -> TEXT_LIKE.contains(extension(file.name())))
                .min(Comparator.comparingLong(PendingFile::size))
                .ifPresent(quick -> {
                    ordered.remove(quick);
                    ordered.add(0, quick);
                });
        return ordered;
    }

    private static String extension(String name) {
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }

    private final class Bin {
        private final String lane;
        private final int capacity;
        private final List<PendingFile> files = new ArrayList<>();
        private long bytes;
        private double seconds;

        Bin(String lane, int capacity) {
            this.lane = lane;
            this.capacity = capacity;
        }

        boolean fits(PendingFile file) {
            return files.isEmpty()
                    || (bytes + file.size() <= limits.unitBytes()
                            && seconds + file.seconds() <= limits.unitWork().toSeconds());
        }

        void add(PendingFile file) {
            files.add(file);
            bytes += file.size();
            seconds += file.seconds();
        }

        boolean isFull() {
            return files.size() >= capacity;
        }
    }
}
