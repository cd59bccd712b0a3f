package dev.fugitive.client.limits;

import java.util.List;

/** Whether anything may be given to peers now, and if not, why not. */
public sealed interface UploadDecision {
  /**
   * It may.
   *
   * @param lanOnly to peers on our own network alone
   */
  record Allowed(boolean lanOnly) implements UploadDecision {}

  /**
   * It may not.
   *
   * @param reasons each of which would be enough; never empty
   */
  record Refused(List<Reason> reasons) implements UploadDecision {
    public Refused {
      reasons = List.copyOf(reasons);
      if (reasons.isEmpty()) {
        throw new IllegalArgumentException("reasons: none (expected: at least one)");
      }
    }
  }

  /** Why nothing is given, each with a word that stays the same for programs. */
  enum Reason {
    /** The user has not said yes, or has said no. */
    OFF("off"),
    /** The user has paused it. */
    PAUSED("paused"),
    /** This month's allowance is used up. */
    MONTH_SPENT("month-spent"),
    /** There is a monthly allowance, and the account of it cannot be kept. */
    MONTH_UNKNOWN("month-unknown"),
    /** These are quiet hours. */
    QUIET_HOURS("quiet-hours"),
    /** The machine runs on its battery. */
    ON_BATTERY("on-battery"),
    /** The connection is metered. */
    ON_METERED("on-metered"),
    /** The connection goes through a VPN. */
    ON_VPN("on-vpn"),
    /** The machine's state is not known yet, and counts. */
    NOT_READ_YET("not-read-yet");

    private final String token;

    Reason(String token) {
      this.token = token;
    }

    /** The word for programs. */
    public String token() {
      return token;
    }
  }

  /** Whether anything may be given. */
  default boolean isAllowed() {
    return this instanceof Allowed;
  }
}
