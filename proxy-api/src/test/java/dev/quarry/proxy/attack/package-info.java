/** The API under attack, over real HTTP, by a client that is not Quarry's agent. */
@org.jspecify.annotations.NullMarked
package dev.quarry.proxy.attack;
