@NullMarked
package dev.quarry.proxy.run;

import org.jspecify.annotations.NullMarked;
