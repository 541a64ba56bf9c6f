/** People: their accounts, roles and log-in, and who a caller is. */
@NullMarked
package dev.quarry.proxy.account;

import org.jspecify.annotations.NullMarked;
