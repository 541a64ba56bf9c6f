/** What a run saw and concluded, file by file and folder by folder. */
@NullMarked
package dev.quarry.proxy.report;

import org.jspecify.annotations.NullMarked;
