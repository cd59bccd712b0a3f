package dev.fugitive.bench.cdn;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code ./fugitive bench cdn}: direct CDN and peer-assisted side by side on a network lab, and a
 * report of it.
 */
@Command(
    name = "fugitive bench cdn",
    mixinStandardHelpOptions = true,
    description =
        "Compares direct CDN with Fugitive on a network lab, and writes DIR/report.html, report.json"
            + " and runs.tsv. As root on Linux every host is a network namespace with its own rates,"
            + " delays and queues; otherwise the processes shape themselves on the loopback.")
public final class CdnBench implements Callable<Integer> {
  private static final int WRONG = 1;
  private static final double CALM_SHARE = 0.25;

  @Option(
      names = "--profile",
      split = ",",
      description = "one or more of: ${COMPLETION-CANDIDATES}; all by default",
      completionCandidates = ProfileNames.class)
  private List<String> profiles = new ArrayList<>();

  @Option(names = "--scenario", description = "only scenarios whose title contains this")
  private String scenario = "";

  @Option(
      names = "--runs",
      description =
          "of each way; at least 10 for published figures; with --add 0 writes the report anew")
  private int runs = 10;

  @Option(names = "--direct-runs", description = "of each way without peers, where fewer will do")
  private int directRuns = Integer.MAX_VALUE;

  @Option(
      names = "--patience",
      paramLabel = "SECONDS",
      description =
          "wait so long at most before each run until the machine is calm; default: ${DEFAULT-VALUE}")
  private int patienceSeconds = 60;

  @Option(names = "--report", paramLabel = "DIR", description = "default: ${DEFAULT-VALUE}")
  private Path report = Path.of("target", "cdn-report");

  @Option(names = "--add", description = "add to the runs that DIR holds")
  private boolean add;

  @Option(names = "--side", description = "only this way, for example: fugitive")
  private List<String> sides = new ArrayList<>();

  @Option(names = "--small", description = "few nodes and little content, to see that all works")
  private boolean small;

  @Option(names = "--loopback", description = "without namespaces, also as root")
  private boolean loopback;

  @Option(names = "--seed", description = "of contents, orders and losses; drawn by default")
  private long seed = new Random().nextInt(1, 1_000_000);

  private CdnBench() {}

  /** The profiles' names, for the help. */
  static final class ProfileNames extends ArrayList<String> {
    private static final long serialVersionUID = 1;

    ProfileNames() {
      super(Profiles.ALL.stream().map(Profile::name).toList());
    }
  }

  /** Runs what the arguments say; ends the program. */
  public static void main(String[] arguments) {
    int code = run(arguments);
    Runtime.getRuntime().halt(code);
  }

  /**
   * Runs what the arguments say; gives the exit code: 0 where every fetch brought the right bytes.
   */
  static int run(String... arguments) {
    CdnBench bench = new CdnBench();
    bench.command = "./fugitive bench cdn " + String.join(" ", arguments);
    return new CommandLine(bench).execute(arguments);
  }

  private String command = "";

  @Override
  public Integer call() throws Exception {
    List<Profile> chosen = Profiles.named(profiles);
    boolean namespaces = !loopback && canMakeNamespaces();
    Console console = new Console(System.err);
    RunLog log = new RunLog(report.resolve("runs.tsv"));
    if (!add) {
      log.beginNew();
    }
    int before = log.read().runs().stream().mapToInt(Run::number).max().orElse(0);
    String ground = namespaces ? "network namespaces (netlab)" : "loopback, shaped in processes";
    log.addSession(Surroundings.describe(command, ground, seed, InstantSource.system().instant()));
    List<Scenario> scenarios = new ArrayList<>();
    for (Profile profile : chosen) {
      scenarios.addAll(wanted(profile));
    }
    Comparison comparison =
        new Comparison(
            new Comparison.Settings(runs, directRuns, before + 1, namespaces, sides, seed),
            new Calm(CALM_SHARE, Duration.ofSeconds(patienceSeconds)),
            console);
    for (int i = 0; i < scenarios.size(); i++) {
      console.starts(scenarios.get(i).facts(), i + 1, scenarios.size());
      if (scenarios.get(i).needsNamespaces() && !namespaces) {
        console.say("        left out: it needs network namespaces, and so root");
        continue;
      }
      if (runs > 0) {
        comparison.run(scenarios.get(i), run -> record(log, run));
      }
    }
    write(log);
    console.say("%n%s", Files.readString(report.resolve("report.md")));
    console.say("report: %s", report.resolve("report.html").toAbsolutePath().toUri());
    boolean right = log.read().runs().stream().allMatch(Run::isRight);
    return right ? 0 : WRONG;
  }

  /** Whatever ends the comparison later, this run is in the report. */
  private void record(RunLog log, Run run) {
    log.add(run);
    try {
      write(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Scenario> wanted(Profile profile) {
    return profile.scenarios(new Scale(small, seed)).stream()
        .filter(each -> each.facts().title().contains(scenario))
        .toList();
  }

  private static boolean canMakeNamespaces() {
    return System.getProperty("user.name").equals("root")
        && Files.isWritable(Path.of("/dev/net/tun"));
  }

  private void write(RunLog log) throws IOException {
    RunLog.Read read = log.read();
    List<Section> sections = new ArrayList<>();
    for (Profile profile : Profiles.ALL) {
      for (boolean reduced : new boolean[] {false, true}) {
        for (Scenario each : profile.scenarios(new Scale(reduced, seed))) {
          Section section = Section.of(profile, each, read.runs());
          boolean known = sections.stream().anyMatch(s -> s.facts().equals(section.facts()));
          if (!section.isEmpty() && !known) {
            sections.add(section);
          }
        }
      }
    }
    Files.writeString(report.resolve("report.html"), HtmlReport.of(read.sessions(), sections));
    Files.writeString(report.resolve("report.json"), JsonReport.of(read.sessions(), sections));
    Files.writeString(report.resolve("report.md"), TextTable.of(sections));
    for (Section section : sections) {
      Files.writeString(report.resolve(HtmlReport.id(section) + ".svg"), Plot.of(section));
    }
  }
}
