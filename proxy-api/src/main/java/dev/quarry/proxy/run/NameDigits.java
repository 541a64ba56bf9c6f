package dev.quarry.proxy.run;

import dev.quarry.proxy.store.Entry;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.Listing;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Names as numbers, in their order: the characters that names of a folder are made of are the digits. Names of digits thus have their middle among
 * digits, and hashes theirs among those of hashes.
 */
final class NameDigits {
    /** So many digits tell apart what lies between two names: 94 to the power of 8 fits a long. */
    private static final int DIGITS = 8;

    private static final int[] PRINTABLE =
            " !\"#$%&'()*+,-.0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}"
                    .chars()
                    .toArray();

    private final int[] digits;

    private NameDigits(int[] digits) {
        this.digits = digits;
    }

    /** The printable characters of this page's names, behind what they share with the last one. */
    static NameDigits of(Listing page, KeyBytes last) {
        int[] shown = characters(last);
        TreeSet<Integer> found = new TreeSet<>();
        Stream.concat(page.files().stream().map(Entry::name), page.folders().stream())
                .map(NameDigits::characters)
                .forEach(name -> Arrays.stream(name).skip(shared(name, shown)).forEach(found::add));
        int[] printable = Arrays.stream(PRINTABLE).filter(found::contains).toArray();
        return new NameDigits(printable.length < 2 ? PRINTABLE : printable);
    }

    int length(KeyBytes name) {
        return characters(name).length;
    }

    /** The first characters of a name, and then these. */
    KeyBytes beginning(KeyBytes name, int length, String then) {
        return KeyBytes.utf8(new String(characters(name), 0, length) + then);
    }

    /** A name about in the middle, no longer than {@code low}, which store and folder have room for; empty if there is none. */
    Optional<KeyBytes> between(KeyBytes low, KeyBytes high) {
        int[] from = characters(low);
        int[] to = characters(high);
        int shared = shared(from, to);
        long least = number(from, shared);
        long middle = least + (number(to, shared) - least) / 2;
        String name = new String(from, 0, shared) + text(middle, Math.max(1, from.length - shared));
        return Optional.of(KeyBytes.utf8(name)).filter(guess -> guess.compareTo(low) > 0 && guess.compareTo(high) < 0);
    }

    /** What is no digit counts as the last one before it. */
    private long number(int[] name, int from) {
        long number = 0;
        for (int i = from; i < from + DIGITS; i++) {
            number *= digits.length;
            number += i < name.length ? digit(name[i]) : 0;
        }
        return number;
    }

    private int digit(int character) {
        int found = Arrays.binarySearch(digits, character);
        return found >= 0 ? found : Math.max(0, -found - 2);
    }

    private String text(long number, int most) {
        int[] text = new int[DIGITS];
        long rest = number;
        for (int i = DIGITS - 1; i >= 0; i--) {
            text[i] = digits[(int) (rest % digits.length)];
            rest /= digits.length;
        }
        return new String(text, 0, Math.min(most, DIGITS));
    }

    /** Without the slash of a folder. */
    private static int[] characters(KeyBytes name) {
        KeyBytes plain = name.endsWithSlash() ? name.withoutSlash() : name;
        return new String(plain.bytes(), StandardCharsets.UTF_8).codePoints().toArray();
    }

    private static int shared(int[] one, int[] other) {
        int end = Arrays.mismatch(one, other);
        return end < 0 ? one.length : end;
    }
}
