package dev.fugitive.bench.cdn;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Every run and every fetch of it as lines of text, so that later runs can be added to a report and
 * a reader can compute with the figures. Fields are separated by tabs:
 *
 * <pre>
 * session  when, commit, command, machine, …
 * run      scenario, side, with peers, number, seconds, egress, dropped packets, CPU share, figures
 * fetch    host, ms to first byte, ms, bytes, right, from peers, from the origin, note
 * </pre>
 */
final class RunLog {
  private static final String SESSION = "session";
  private static final String RUN = "run";
  private static final String FETCH = "fetch";

  private final Path file;

  RunLog(Path file) {
    this.file = file;
  }

  /** What a log holds. */
  record Read(List<String> sessions, List<Run> runs) {}

  void beginNew() throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.deleteIfExists(file);
  }

  void addSession(List<String> facts) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    append(SESSION + "\t" + String.join("\t", facts) + "\n");
  }

  void add(Run run) {
    StringBuilder lines = new StringBuilder();
    lines.append(line(RUN, run.scenario(), run.side().name(), run.side().peers(), run.number()));
    lines.append(line("", run.seconds(), run.egressBytes(), run.droppedPackets(), run.cpuShare()));
    run.figures().forEach((name, value) -> lines.append(line("", name, value)));
    lines.append('\n');
    for (Sample sample : run.samples()) {
      lines.append(line(FETCH, sample.who(), sample.firstMillis(), sample.millis()));
      lines.append(line("", sample.bytes(), sample.right(), sample.peerBytes()));
      lines.append(line("", sample.originBytes(), sample.note())).append('\n');
    }
    try {
      append(lines.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String line(String kind, Object... fields) {
    StringBuilder line = new StringBuilder(kind);
    for (Object field : fields) {
      line.append('\t')
          .append(
              field instanceof Double number
                  ? String.format(Locale.ROOT, "%.4f", number)
                  : field.toString().replaceAll("[\\t\\r\\n]", " "));
    }
    return line.toString();
  }

  private void append(String text) throws IOException {
    Files.writeString(
        file, text, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** All that was logged; nothing where there is no log. */
  Read read() throws IOException {
    List<String> sessions = new ArrayList<>();
    List<Run> runs = new ArrayList<>();
    List<Sample> samples = new ArrayList<>();
    if (!Files.exists(file)) {
      return new Read(sessions, runs);
    }
    for (String line : Files.readAllLines(file)) {
      String[] words = line.split("\t", -1);
      switch (words[0]) {
        case SESSION -> sessions.add(line.substring(SESSION.length() + 1));
        case RUN -> {
          samples = new ArrayList<>();
          runs.add(run(words, samples));
        }
        case FETCH -> samples.add(sample(words));
        default ->
            throw new IOException(file + ": " + words[0] + " (expected: session, run or fetch)");
      }
    }
    // records copy their lists: only now are they complete
    return new Read(sessions, runs.stream().map(RunLog::complete).toList());
  }

  private static Run run(String[] words, List<Sample> samples) {
    Map<String, Double> figures = new LinkedHashMap<>();
    for (int i = 9; i + 1 < words.length; i += 2) {
      figures.put(words[i], Double.parseDouble(words[i + 1]));
    }
    return new Run(
        words[1],
        new Side(words[2], Boolean.parseBoolean(words[3])),
        Integer.parseInt(words[4]),
        Double.parseDouble(words[5]),
        Long.parseLong(words[6]),
        Long.parseLong(words[7]),
        Double.parseDouble(words[8]),
        samples,
        figures);
  }

  private static Run complete(Run run) {
    return new Run(
        run.scenario(),
        run.side(),
        run.number(),
        run.seconds(),
        run.egressBytes(),
        run.droppedPackets(),
        run.cpuShare(),
        List.copyOf(run.samples()),
        run.figures());
  }

  private static Sample sample(String[] words) {
    return new Sample(
        words[1],
        Double.parseDouble(words[2]),
        Double.parseDouble(words[3]),
        Long.parseLong(words[4]),
        Boolean.parseBoolean(words[5]),
        Long.parseLong(words[6]),
        Long.parseLong(words[7]),
        words[8]);
  }
}
