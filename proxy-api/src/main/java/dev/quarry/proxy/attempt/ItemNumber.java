package dev.quarry.proxy.attempt;

import java.util.regex.Pattern;

/** An item's number in a path, in its one spelling: "01", "0x1", " 1" and digits of other scripts name no item. */
record ItemNumber(int value) {
    private static final Pattern DECIMAL = Pattern.compile("0|[1-9][0-9]{0,8}");

    /** Called by the framework for path variables. */
    public static ItemNumber valueOf(String text) {
        if (!DECIMAL.matcher(text).matches()) {
            throw new IllegalArgumentException("no item number");
        }
        return new ItemNumber(Integer.parseInt(text));
    }

    @Override
    public String toString() {
        return Integer.toString(value);
    }
}
