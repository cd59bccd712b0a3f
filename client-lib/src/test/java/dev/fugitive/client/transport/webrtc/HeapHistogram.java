package dev.fugitive.client.transport.webrtc;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.ObjectName;

/** Counts the living objects of a class. */
final class HeapHistogram {
  private HeapHistogram() {}

  /** Instances of the class after a full collection. */
  static long instancesOf(Class<?> type) throws JMException {
    String histogram =
        (String)
            ManagementFactory.getPlatformMBeanServer()
                .invoke(
                    new ObjectName("com.sun.management:type=DiagnosticCommand"),
                    "gcClassHistogram",
                    new Object[] {new String[0]},
                    new String[] {String[].class.getName()});
    return histogram
        .lines()
        .map(line -> line.strip().split("\\s+"))
        .filter(row -> row.length >= 4 && row[3].equals(type.getName()))
        .mapToLong(row -> Long.parseLong(row[1]))
        .sum();
  }
}
