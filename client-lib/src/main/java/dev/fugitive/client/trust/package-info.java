/**
 * Evidence: why we believe that a resource has a content, and what may be shared.
 *
 * <p>Everything here is a value or a pure function of values and a time: {@code EvidenceRules}
 * reads what requests and answers state, {@code Voucher} and {@code VoucherCheck} are signed
 * statements and their worth, {@code Sharing} decides what may be asked of peers, given to them and
 * vouched for.
 */
@NullMarked
package dev.fugitive.client.trust;

import org.jspecify.annotations.NullMarked;
