@org.jspecify.annotations.NullMarked
package dev.quarry.proxy.grant;
