/** The attempt protocol: open, claim, record, settle, conclude, fence. Its rules are those of the design's protocol.md. */
@NullMarked
package dev.quarry.proxy.attempt;

import org.jspecify.annotations.NullMarked;
