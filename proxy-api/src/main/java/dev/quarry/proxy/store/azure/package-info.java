/** Stores of kind azure: a container of Azure Blob Storage and a prefix. */
@NullMarked
package dev.quarry.proxy.store.azure;

import org.jspecify.annotations.NullMarked;
