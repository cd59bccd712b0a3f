package dev.fugitive.client.limits;

import dev.fugitive.client.limits.UploadDecision.Reason;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/** Decides whether anything may be given to peers; pure. */
public final class UploadRules {
  /** The longest message that carries chunks: a month with less left than that is over. */
  static final long MESSAGE_BYTES = 66 * 1024;

  private UploadRules() {}

  /**
   * Whether anything may be given now. What is off, is off: no other reason is looked for then.
   *
   * @param zone of the clock on the wall, by which quiet hours go
   */
  public static UploadDecision decide(
      UploadPolicy policy, MachineState machine, MonthToDate month, Instant now, ZoneId zone) {
    if (!policy.sharing()) {
      return new UploadDecision.Refused(List.of(Reason.OFF));
    }
    List<Reason> reasons = new ArrayList<>();
    if (policy.pausedUntil().filter(now::isBefore).isPresent()) {
      reasons.add(Reason.PAUSED);
    }
    if (policy.quietHours().filter(hours -> hours.contains(now, zone)).isPresent()) {
      reasons.add(Reason.QUIET_HOURS);
    }
    ofMonth(policy, month, reasons);
    ofMachine(policy, machine, reasons);
    return reasons.isEmpty()
        ? new UploadDecision.Allowed(policy.lanOnly())
        : new UploadDecision.Refused(reasons);
  }

  private static void ofMonth(UploadPolicy policy, MonthToDate month, List<Reason> reasons) {
    if (policy.monthBytes().isEmpty()) {
      return;
    }
    if (month.bytes() > policy.monthBytes().get() - MESSAGE_BYTES) {
      reasons.add(Reason.MONTH_SPENT);
    } else if (!month.isKept()) {
      reasons.add(Reason.MONTH_UNKNOWN);
    }
  }

  private static void ofMachine(UploadPolicy policy, MachineState machine, List<Reason> reasons) {
    boolean unread = false;
    if (!policy.onBattery()) {
      unread |= machine.power() == MachineState.Power.UNREAD;
      add(machine.power() == MachineState.Power.BATTERY, Reason.ON_BATTERY, reasons);
    }
    if (!policy.onMetered()) {
      unread |= machine.cost() == MachineState.Cost.UNREAD;
      add(machine.cost() == MachineState.Cost.METERED, Reason.ON_METERED, reasons);
    }
    if (!policy.onVpn()) {
      unread |= machine.path() == MachineState.Path.UNREAD;
      add(machine.path() == MachineState.Path.VPN, Reason.ON_VPN, reasons);
    }
    add(unread, Reason.NOT_READ_YET, reasons);
  }

  private static void add(boolean holds, Reason reason, List<Reason> reasons) {
    if (holds) {
      reasons.add(reason);
    }
  }

  /**
   * The next moment at which the decision may change by the clock alone: a pause ends, quiet hours
   * begin or end, a month does.
   */
  public static Instant nextChange(UploadPolicy policy, Instant now, ZoneId zone) {
    Instant next =
        YearMonth.from(now.atZone(zone)).plusMonths(1).atDay(1).atStartOfDay(zone).toInstant();
    if (policy.pausedUntil().filter(now::isBefore).isPresent()) {
      next = earlier(next, policy.pausedUntil().get());
    }
    if (policy.quietHours().isPresent()) {
      next = earlier(next, policy.quietHours().get().nextChange(now, zone));
    }
    return next;
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }
}
