/**
 * The way to origins: which addresses may be connected to, and what is taken from a connection.
 *
 * <p>{@link dev.fugitive.client.origin.OriginReach} decides over addresses, {@link
 * dev.fugitive.client.origin.OriginSocket} asks it with the very address that it connects to, and
 * {@link dev.fugitive.client.origin.ResponseWatch} follows each response on a plain connection to
 * its last byte, so that none is taken for a part of the next.
 */
@NullMarked
package dev.fugitive.client.origin;

import org.jspecify.annotations.NullMarked;
