package dev.fugitive.proxy.doctor;

/** Whether the Java runtime is new enough. */
public final class JavaCheck {
  static final String NAME = "java";
  private static final int OLDEST = 21;

  private JavaCheck() {}

  /** Looks at the runtime that runs this. */
  public static Finding look() {
    return judge(
        Runtime.version().feature(),
        System.getProperty("java.version", "unknown"),
        System.getProperty("java.vendor", "unknown"),
        System.getProperty("java.home", "unknown"));
  }

  static Finding judge(int feature, String version, String vendor, String home) {
    String words = version + ", " + vendor + ", " + home;
    return feature >= OLDEST
        ? Finding.ok(NAME, words)
        : Finding.failed(
            NAME,
            words + " (expected: " + OLDEST + " or newer)",
            "sudo apt-get install openjdk-21-jdk-headless");
  }
}
