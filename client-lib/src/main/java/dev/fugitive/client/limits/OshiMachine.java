package dev.fugitive.client.limits;

import dev.fugitive.client.limits.MachineState.Cost;
import dev.fugitive.client.limits.MachineState.Path;
import dev.fugitive.client.limits.MachineState.Power;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import oshi.SystemInfo;
import oshi.hardware.NetworkIF;
import oshi.hardware.PowerSource;

/**
 * Reads the machine's state: power and kinds of interfaces by OSHI, the route by a socket, the cost
 * by the operating system's own command. Confined to one thread.
 */
final class OshiMachine implements MachineReader {
  private static final Logger LOG = LoggerFactory.getLogger(OshiMachine.class);

  private final Commands commands;
  private final String osName;

  /** Those that were not missing so far. */
  private final List<MeteredQuestion> questions;

  /** What the kind of an interface was asked for last; it does not change under one name. */
  private String typedName = "";

  private int type;

  /** Runs a command. */
  interface Commands {
    /**
     * What it prints.
     *
     * @throws IOException where it cannot be run, does not end, or ends with a failure
     */
    String run(List<String> command) throws IOException, InterruptedException;

    /** Whether the system knows such a command. */
    boolean isThere(String name);
  }

  OshiMachine(Commands commands, String osName) {
    this.commands = commands;
    this.osName = osName;
    this.questions = new ArrayList<>(MeteredQuestion.on(osName));
    this.questions.removeIf(question -> !commands.isThere(question.command().getFirst()));
  }

  @Override
  public MachineState read() throws InterruptedException {
    Optional<Route> route = route();
    return new MachineState(power(), cost(route), path(route));
  }

  private static Power power() {
    try {
      List<PowerSupply> supplies =
          new SystemInfo()
              .getHardware().getPowerSources().stream().map(OshiMachine::supply).toList();
      return PowerSupply.of(supplies);
    } catch (RuntimeException | LinkageError unreadable) {
      LOG.debug("the power sources cannot be read: {}", unreadable.toString());
      return Power.UNKNOWN;
    }
  }

  private static PowerSupply supply(PowerSource source) {
    boolean measured = source.getCapacityUnits() != PowerSource.CapacityUnits.RELATIVE;
    return new PowerSupply(source.isPowerOnLine(), source.isDischarging(), measured);
  }

  private Optional<Route> route() {
    try {
      return Route.now().map(route -> route.withType(typeOf(route.name())));
    } catch (IOException unreadable) {
      LOG.debug("the route cannot be read: {}", unreadable.toString());
      return Optional.empty();
    }
  }

  private int typeOf(String name) {
    if (!name.equals(typedName)) {
      type = readType(name);
      typedName = name;
    }
    return type;
  }

  private static int readType(String name) {
    try {
      return new SystemInfo()
          .getHardware().getNetworkIFs(true).stream()
              .filter(known -> known.getName().equals(name))
              .mapToInt(NetworkIF::getIfType)
              .findFirst()
              .orElse(0);
    } catch (RuntimeException | LinkageError unreadable) {
      LOG.debug("the kind of {} cannot be read: {}", name, unreadable.toString());
      return 0;
    }
  }

  private Path path(Optional<Route> route) {
    boolean onWindows = osName.toLowerCase(Locale.ROOT).startsWith("windows");
    return route.map(known -> known.path(onWindows)).orElse(Path.UNKNOWN);
  }

  private Cost cost(Optional<Route> route) throws InterruptedException {
    Cost byRoute = route.map(Route::cost).orElse(Cost.UNKNOWN);
    if (byRoute != Cost.UNKNOWN) {
      return byRoute;
    }
    for (MeteredQuestion question : questions) {
      Cost answer = ask(question);
      if (answer != Cost.UNKNOWN) {
        return answer;
      }
    }
    return Cost.UNKNOWN;
  }

  private Cost ask(MeteredQuestion question) throws InterruptedException {
    try {
      return question.read(commands.run(question.command()));
    } catch (IOException noAnswer) {
      LOG.debug("{}: {}", question.command().getFirst(), noAnswer.getMessage());
      return Cost.UNKNOWN;
    }
  }
}
