package dev.fugitive.client.limits;

/** Finds out the machine's state. */
@FunctionalInterface
public interface MachineReader {
  /** A machine that nothing is known of that would forbid to give. */
  MachineReader UNRESTRICTED = () -> MachineState.UNRESTRICTED;

  /** The state now; may take seconds, never throws for what cannot be found out. */
  MachineState read() throws InterruptedException;
}
