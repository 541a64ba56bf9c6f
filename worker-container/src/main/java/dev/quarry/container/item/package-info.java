/** The way of one item: download, extract, deliver, conclude. */
@NullMarked
package dev.quarry.container.item;

import org.jspecify.annotations.NullMarked;
