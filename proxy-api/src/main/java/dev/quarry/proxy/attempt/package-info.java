/** The attempt protocol: open, claim, record, settle, conclude, fence. See docs/protocol in the design. */
@NullMarked
package dev.quarry.proxy.attempt;

import org.jspecify.annotations.NullMarked;
