/**
 * Finds out what kind of address translation lies between this machine and the Internet (RFC 5780),
 * with a client of STUN (RFC 8489) that knows as much of it as that takes.
 */
@NullMarked
package dev.fugitive.proxy.stun;

import org.jspecify.annotations.NullMarked;
