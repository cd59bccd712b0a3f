package dev.fugitive.proxy.control;

/** Where a status report comes from; asked once for each question, on a thread that may block. */
@FunctionalInterface
public interface StatusSource {
  /** The state now. */
  StatusReport report();
}
