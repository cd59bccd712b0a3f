/**
 * What documents said about other URLs: read while they pass, kept in memory and across restarts
 * for as long as the document is fresh, and found again by a request.
 *
 * <p>{@code Documents} is the way in. A {@code DocumentReading} takes the bytes of one document as
 * they pass and never holds them up; threads of their own read them. What was read becomes a {@code
 * DocumentTable}; {@code DocumentMemory} holds these, bounded, and decides for whom each counts;
 * {@code DocumentLog} keeps them on disk.
 */
@NullMarked
package dev.fugitive.client.evidence;

import org.jspecify.annotations.NullMarked;
