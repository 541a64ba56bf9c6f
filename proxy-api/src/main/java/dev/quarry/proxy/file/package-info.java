/** Files as the public API shows them: by folder, by outcome, one with its extractions and timeline. */
@NullMarked
package dev.quarry.proxy.file;

import org.jspecify.annotations.NullMarked;
