/**
 * Documents that name digests: what each kind says about other URLs, and for whom its word counts.
 *
 * <p>Everything here is a value or a pure function of a document's head and its bytes: {@code
 * DocumentReaders} finds the {@code DocumentReader} by what a document is, never by whose it is;
 * the reader gives {@code NamedDigest}s, within the limits of a {@code BudgetedStream}. Nothing is
 * remembered here.
 */
@NullMarked
package dev.fugitive.client.documents;

import org.jspecify.annotations.NullMarked;
