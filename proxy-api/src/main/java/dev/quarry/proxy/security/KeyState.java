package dev.quarry.proxy.security;

/** Where a key stands: published before it signs, and accepted for a while after it did. */
enum KeyState {
    NEXT,
    CURRENT,
    PREVIOUS,
    RETIRED
}
