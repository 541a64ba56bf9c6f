/** What operators grant to single tenants: roots of file systems, endpoints inside our own networks, the service's own identity. */
@NullMarked
package dev.quarry.proxy.grant;

import org.jspecify.annotations.NullMarked;
