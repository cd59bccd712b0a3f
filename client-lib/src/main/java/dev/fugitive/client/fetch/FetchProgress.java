package dev.fugitive.client.fetch;

import dev.fugitive.client.trust.FugitiveSource;
import java.util.OptionalLong;

/**
 * How far a fetch has come.
 *
 * @param bytesRead body bytes that the reader has got, as the origin coded them
 * @param lengthBytes the body's length, coded likewise; empty where nobody has said it
 * @param source where the bytes came from that are here so far, read or about to be
 * @param counted the same with each byte that came counted once, whoever reads along: see {@link
 *     FetchSummary}
 */
public record FetchProgress(
    long bytesRead, OptionalLong lengthBytes, FugitiveSource source, FugitiveSource counted) {}
