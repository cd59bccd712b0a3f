package dev.fugitive.proxy.cli;

/** What the program tells the shell when it ends. */
public final class ExitStatus {
  public static final int OK = 0;

  /** The work itself failed: no connection, or an answer of 400 and above. */
  public static final int FAILED = 1;

  /** The command line, the configuration or the machine does not allow it. */
  public static final int USAGE = 2;

  /** What came has another digest than was asked for. */
  public static final int INTEGRITY = 3;

  private ExitStatus() {}
}
