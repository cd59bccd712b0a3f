/**
 * Our own uploads: who gets a slot, whose chunks go next, how fast, and in which form.
 *
 * <p>{@link dev.fugitive.client.transfer.upload.Uploads} is the edge: it hears what peers say,
 * reads the store through {@code SlotContents}, and runs one virtual thread for each session that
 * has something to be sent. What it does is decided by {@code UploadCore}, which does no I/O and is
 * told the time:
 *
 * <ol>
 *   <li>{@code Open} reserves one of the slots, or is refused; the store is opened after that.
 *   <li>{@code Request} queues the chunks that are here; for others the peer hears a fresh {@code
 *       Have}.
 *   <li>A session's worker asks for its next action: an answer first, else a frame of up to four
 *       chunks, as soon as the one pacer that all sessions share lets that many bytes pass. A
 *       session waits for at most one frame at a time, so turns go round by themselves.
 *   <li>What a peer asks for by {@code OpenThrough} and is not here is fetched by a {@code
 *       RelaySource}; requests for it wait in their {@code Transfer} until it comes.
 *   <li>{@code Close}, the session's end, a damaged disk or silence give the slot back.
 * </ol>
 */
@NullMarked
package dev.fugitive.client.transfer.upload;

import org.jspecify.annotations.NullMarked;
