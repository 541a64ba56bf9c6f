/** Keys, tokens and who may call what. */
@NullMarked
package dev.quarry.proxy.security;

import org.jspecify.annotations.NullMarked;
