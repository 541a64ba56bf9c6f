package dev.quarry.proxy.run;

/**
 * What makes a new file a known one.
 *
 * @param value what its store vouches for
 * @param lane where its new name leads: another lane's results are not its own
 */
record Identity(String value, String lane) {}
