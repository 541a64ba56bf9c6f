package dev.quarry.dev.demo;

/** Whether a person looks on. {@code ./quarry} says so: the JDK cannot tell where only the output is redirected. */
final class Terminal {
    private Terminal() {}

    static boolean isOutput() {
        return Boolean.getBoolean("quarry.terminal");
    }
}
