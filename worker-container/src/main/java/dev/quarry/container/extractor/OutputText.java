package dev.quarry.container.extractor;

/**
 * An extractor's text.
 *
 * @param kept the text, or as much of its beginning as is sent
 * @param chars UTF-16 length of the whole
 * @param sha256 of the whole's UTF-8, in hex
 */
public record OutputText(String kept, long chars, String sha256) {}
