/**
 * Evidence that outlives a request: what documents said about other URLs, and whose vouchers count.
 *
 * <p>{@code Documents} is the way in to the former. A {@code DocumentReading} takes the bytes of
 * one document as they pass and never holds them up; threads of their own read them. What was read
 * becomes a {@code DocumentTable}; {@code DocumentMemory} holds these, bounded; {@code Standing}
 * decides for whom each counts; {@code DocumentLog} keeps them on disk. {@code TrustBook} is the
 * list of trusted keys as it is now, {@code TrustFile} as it is kept.
 */
@NullMarked
package dev.fugitive.client.evidence;

import org.jspecify.annotations.NullMarked;
