package dev.fugitive.client.limits;

/**
 * What of the machine counts for whether it gives: its power, what its connection costs, and
 * whether that goes through a VPN. What cannot be found out is unknown, and forbids nothing.
 */
public record MachineState(Power power, Cost cost, Path path) {
  /** Nobody has looked yet. */
  public static final MachineState UNREAD =
      new MachineState(Power.UNREAD, Cost.UNREAD, Path.UNREAD);

  /** All that could be found out is harmless. */
  public static final MachineState UNRESTRICTED =
      new MachineState(Power.MAINS, Cost.UNMETERED, Path.DIRECT);

  /** Where the machine has its power from. */
  public enum Power {
    UNREAD,
    UNKNOWN,
    MAINS,
    BATTERY
  }

  /** Whether bytes cost. */
  public enum Cost {
    UNREAD,
    UNKNOWN,
    UNMETERED,
    METERED
  }

  /** Which way packets to the Internet take. */
  public enum Path {
    UNREAD,
    UNKNOWN,
    DIRECT,
    VPN
  }

  public MachineState withPower(Power other) {
    return new MachineState(other, cost, path);
  }
}
