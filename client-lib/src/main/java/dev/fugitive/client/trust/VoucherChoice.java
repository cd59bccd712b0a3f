package dev.fugitive.client.trust;

import java.util.List;

/** Which of the vouchers for a request is followed. */
public sealed interface VoucherChoice {
  /** This one. */
  record Chosen(VoucherVerdict.Accepted accepted) implements VoucherChoice {}

  /** Trusted keys vouch for different contents at once: the origin is asked. */
  record Contradiction(List<VoucherVerdict.Accepted> accepted) implements VoucherChoice {
    public Contradiction {
      accepted = List.copyOf(accepted);
    }
  }

  /** There is none. */
  record NoVoucher() implements VoucherChoice {}
}
