/** The only holder of store credentials and of the database: control, job and public API. */
@NullMarked
package dev.quarry.proxy;

import org.jspecify.annotations.NullMarked;
