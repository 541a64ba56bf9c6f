package dev.quarry.proxy.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The first names of a folder after one of them, sorted. A folder tells its names in no order and may hold any number, so only so many are kept: when
 * they are used up, and there are more, the folder is read again from the last one on.
 *
 * @param whole nothing comes after them
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record NameWindow(byte[][] names, boolean whole) {
    /** Of all names in any order, those that come first. */
    static NameWindow of(Iterable<byte[]> all, Optional<KeyBytes> after, int most) {
        List<byte[]> kept = new ArrayList<>();
        byte[] least = after.map(KeyBytes::bytes).orElse(null);
        byte[] last = null;
        boolean whole = true;
        for (byte[] name : all) {
            if (least != null && Arrays.compareUnsigned(name, least) <= 0) {
                continue;
            }
            if (last != null && Arrays.compareUnsigned(name, last) > 0) {
                whole = false;
                continue;
            }
            kept.add(name);
            if (kept.size() >= 2L * most && cut(kept, most)) {
                last = kept.get(most - 1);
                whole = false;
            }
        }
        boolean cut = cut(kept, most);
        return new NameWindow(kept.toArray(new byte[0][]), whole && !cut);
    }

    /** To the first names, sorted, each once: a folder that changes while it is read may tell a name twice. Whether there were others. */
    private static boolean cut(List<byte[]> names, int most) {
        names.sort(Arrays::compareUnsigned);
        int kept = 0;
        for (byte[] name : names) {
            if (kept == 0 || !Arrays.equals(names.get(kept - 1), name)) {
                names.set(kept++, name);
            }
        }
        boolean others = kept > most;
        names.subList(Math.min(kept, most), names.size()).clear();
        return others;
    }

    /** Index of the first name after this one. */
    int after(Optional<KeyBytes> name) {
        if (name.isEmpty()) {
            return 0;
        }
        int found = Arrays.binarySearch(names, name.get().bytes(), Arrays::compareUnsigned);
        return found >= 0 ? found + 1 : -found - 1;
    }
}
