/**
 * Moving chunks: many sources, one reader, and our own uploads.
 *
 * <h2>DEV DOCS: how a chunk is asked for</h2>
 *
 * <ol>
 *   <li>{@code Downloads.start} makes a {@code Download} for a {@code ChunkFill}; its {@code
 *       DownloadLoop}, one virtual thread, owns a {@code SwarmCore} and nobody else touches it.
 *   <li>What happens reaches the loop as {@code SwarmEvent}s in a bounded {@code Mailbox}; the loop
 *       takes all of them out and the core decides once: {@code (events, now) -> actions}.
 *   <li>The core's {@code Holders} own a {@code PeerState} for each peer: what it holds, what is
 *       outstanding at it, whether it is counted on. Its {@code RequestWindow} says how many bytes
 *       may be outstanding, by its {@code PathModel}. What is asked and taken back passes {@code
 *       Requests}, so that the picker's claims are what is outstanding.
 *   <li>The {@code ChunkPicker} owns what is here and what is claimed, and picks a run within one
 *       aligned frame; {@code OriginPlan} decides about the origin, by the {@code Prospects} that
 *       holders give, {@code Duplicates} what is asked twice, within the {@code WasteBudget}.
 *   <li>A {@code Request} goes out through the {@code PeerSource}, one for each transfer, which
 *       notes it as {@code Credits}: what comes without credit is a lie.
 *   <li>The answer is checked, unpacked and verified against the fill's tree on the session's own
 *       thread, put into the fill by the {@code Intake}, and only then told to the loop. So it can
 *       be read, and shared with others, before the swarm knows of it.
 *   <li>The {@code OriginReader} does the same with bytes of the origin, on a thread of its own.
 *   <li>Everything that ends a download passes {@code DownloadLoop.end}: the {@code Gate} is shut
 *       first, so nothing is put into a fill that its owner may close.
 * </ol>
 *
 * <p>A {@code Relay} is such a download for somebody else: its core is told by {@code Wanted} what
 * its readers asked us for, and asks for nothing more; {@code Relays} gives it to uploads as their
 * {@code RelaySource}. The reader's side is {@code Promotion}: which peers pass on, whom they name,
 * and when a link of our own replaces them.
 *
 * <p>All limits stand in {@code SwarmLimits}. Uploads live in the package {@code upload}, on their
 * own.
 */
@NullMarked
package dev.fugitive.client.transfer;

import org.jspecify.annotations.NullMarked;
