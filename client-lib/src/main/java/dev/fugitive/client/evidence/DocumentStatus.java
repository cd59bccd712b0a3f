package dev.fugitive.client.evidence;

/**
 * What is known of documents, now.
 *
 * @param documents that are remembered
 * @param names that they name
 * @param bytes of memory that this takes
 * @param read documents that were read since the start
 * @param refused documents that were too long, too slow, or not what they looked like
 * @param contradictions requests for which documents named digests that cannot both be right
 * @param damaged records on disk that could not be read back
 */
public record DocumentStatus(
    long documents,
    long names,
    long bytes,
    long read,
    long refused,
    long contradictions,
    long damaged) {}
