@NullMarked
package dev.quarry.proxy.file;

import org.jspecify.annotations.NullMarked;
