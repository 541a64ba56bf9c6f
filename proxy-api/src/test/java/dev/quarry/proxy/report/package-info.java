@NullMarked
package dev.quarry.proxy.report;

import org.jspecify.annotations.NullMarked;
