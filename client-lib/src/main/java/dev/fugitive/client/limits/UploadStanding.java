package dev.fugitive.client.limits;

import java.time.Instant;

/**
 * What is allowed, whether it may be done now, and what that was decided by.
 *
 * @param nextChange when the clock alone may change it next
 */
public record UploadStanding(
    UploadPolicy policy,
    UploadDecision decision,
    MachineState machine,
    MonthToDate month,
    Instant nextChange) {}
