package dev.fugitive.client.limits;

/** What kind of machine this is, and how much of it a node takes unless its user says otherwise. */
public enum DeviceClass {
  /** Less than 2 GiB of memory, or one core: a single-board computer, a small virtual machine. */
  SMALL(32, 2, 4, 6, 4),
  /** Has a battery. */
  LAPTOP(256, 10, 8, 12, 8),
  /** Everything else. */
  DESKTOP(256, 10, 8, 16, 16),
  /** 8 cores and 16 GiB or more, and no battery. */
  SERVER(1024, 40, 16, 32, 64);

  private static final long MEBIBYTE = 1L << 20;
  private static final long GIBIBYTE = 1L << 30;

  /** A little less than the round figures: the kernel, and graphics, keep some of it. */
  private static final long SMALL_BELOW_BYTES = GIBIBYTE * 18 / 10;

  private static final long SERVER_FROM_BYTES = GIBIBYTE * 15;
  private static final int SERVER_FROM_CORES = 8;

  private final long memoryBytes;
  private final long diskBytes;
  private final int targetConnections;
  private final int maxConnections;
  private final int slots;

  DeviceClass(long mebibytes, long gibibytes, int target, int max, int slots) {
    this.memoryBytes = mebibytes * MEBIBYTE;
    this.diskBytes = gibibytes * GIBIBYTE;
    this.targetConnections = target;
    this.maxConnections = max;
    this.slots = slots;
  }

  /** The class of a machine; pure. */
  public static DeviceClass of(Hardware hardware) {
    if (hardware.memoryBytes() < SMALL_BELOW_BYTES || hardware.cores() == 1) {
      return SMALL;
    }
    if (hardware.hasBattery()) {
      return LAPTOP;
    }
    boolean isLarge =
        hardware.memoryBytes() >= SERVER_FROM_BYTES && hardware.cores() >= SERVER_FROM_CORES;
    return isLarge ? SERVER : DESKTOP;
  }

  /** What bodies may take in memory. */
  public long memoryBytes() {
    return memoryBytes;
  }

  /** What the cache may take on disk, where that much is free. */
  public long diskBytes() {
    return diskBytes;
  }

  /** How many connections are aimed at. */
  public int targetConnections() {
    return targetConnections;
  }

  /** How many are never exceeded. */
  public int maxConnections() {
    return maxConnections;
  }

  /** How many transfers are served at once. */
  public int slots() {
    return slots;
  }
}
