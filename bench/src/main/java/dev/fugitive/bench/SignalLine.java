package dev.fugitive.bench;

import dev.fugitive.client.transport.Signal;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** A signal as one line of text, between two processes of a benchmark. */
final class SignalLine {
  /** What a line that carries a signal begins with; native code writes other lines. */
  static final String PREFIX = "signal ";

  private SignalLine() {}

  static String of(Signal signal) {
    return PREFIX
        + switch (signal) {
          case Signal.Description description ->
              description.kind() + " " + encode(description.text());
          case Signal.Candidate candidate ->
              "CANDIDATE "
                  + encode(candidate.text())
                  + " "
                  + candidate.lineIndex()
                  + " "
                  + encode(candidate.mid());
        };
  }

  static Signal parse(String line) {
    String[] words = line.substring(PREFIX.length()).split(" ", -1);
    String text = decode(words[1]);
    return words[0].equals("CANDIDATE")
        ? new Signal.Candidate(decode(words[3]), Integer.parseInt(words[2]), text)
        : new Signal.Description(Signal.Kind.valueOf(words[0]), text);
  }

  private static String encode(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String decode(String base64) {
    return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
  }
}
