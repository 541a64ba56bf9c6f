package dev.quarry.proxy.store;

/**
 * How a directory tree is walked.
 *
 * @param followLinks symbolic links to files and folders of the same store are followed, not round in circles; others never are
 * @param crossMounts folders on other file systems than the root's are entered as well, except those of the kernel
 */
public record FilesystemSettings(boolean followLinks, boolean crossMounts) {
    /** Of a store that was registered without any. */
    public static final FilesystemSettings STANDARD = new FilesystemSettings(false, true);
}
