package dev.fugitive.client.limits;

/** Reads the state of the machine that this runs on. */
public final class ThisMachine {
  private ThisMachine() {}

  /** A reader for this operating system. */
  public static MachineReader reader() {
    return MachineReader.UNRESTRICTED;
  }
}
