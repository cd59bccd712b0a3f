/**
 * What a user allows to be given to peers, and whether it may be given now.
 *
 * <p>{@code UploadRules} decides, purely, from four values: the {@code UploadPolicy} that the user
 * chose, the {@code MachineState}, what the month came to, and the time. {@code UploadControl}
 * keeps these up to date, away from the path of any byte, and tells who listens when the decision
 * changes. Whoever is about to give asks the {@code UploadGate}.
 */
@NullMarked
package dev.fugitive.client.limits;

import org.jspecify.annotations.NullMarked;
