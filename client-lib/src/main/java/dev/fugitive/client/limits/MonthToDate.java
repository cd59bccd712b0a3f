package dev.fugitive.client.limits;

import java.time.YearMonth;

/**
 * What was given to peers so far in one month of the local calendar.
 *
 * @param bytes that were given, or stand reserved
 * @param isKept whether the account is being kept where it outlives the process, if it should be
 */
public record MonthToDate(YearMonth month, long bytes, boolean isKept) {}
