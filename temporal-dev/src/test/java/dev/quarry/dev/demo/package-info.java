@NullMarked
package dev.quarry.dev.demo;

import org.jspecify.annotations.NullMarked;
