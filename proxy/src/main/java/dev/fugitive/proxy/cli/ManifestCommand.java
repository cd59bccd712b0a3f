package dev.fugitive.proxy.cli;

import dev.fugitive.client.manifest.ManifestMaker;
import dev.fugitive.client.manifest.SiteManifest;
import dev.fugitive.proxy.config.ByteSize;
import dev.fugitive.proxy.config.SettingsException;
import dev.fugitive.proxy.text.FileWords;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import okhttp3.HttpUrl;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code fugitive manifest make}: says what a site's files are, so that crowds can share them. */
final class ManifestCommand implements Subcommand {
  private static final String MAKE = "make";

  private final Console console;
  private final CommandSpec spec =
      CommandLines.command(
              "manifest",
              "Write what a site serves to /.well-known/fugitive-manifest, so that many can fetch"
                  + " one file from each other at once.")
          .addPositional(positional("make", "what to do: make", 0))
          .addPositional(positional("DIR", "the folder that the site serves", 1))
          .addOption(
              CommandLines.option(
                  "--base-url", "URL", "the URL of DIR (default: the root of the site)"))
          .addOption(
              CommandLines.option(
                  "--root", "DIR", "the folder that is served at / (default: DIR itself)"));

  ManifestCommand(Console console) {
    this.console = console;
  }

  private static PositionalParamSpec positional(String name, String description, int index) {
    return PositionalParamSpec.builder()
        .paramLabel(name)
        .type(String.class)
        .index(Integer.toString(index))
        .arity("1")
        .required(true)
        .description(description)
        .build();
  }

  @Override
  public CommandSpec spec() {
    return spec;
  }

  @Override
  public int run(ParseResult parsed) throws SettingsException {
    String action = parsed.matchedPositionalValue(0, "");
    if (!action.equals(MAKE)) {
      throw new SettingsException("manifest: " + action + " (expected: make)");
    }
    Path folder = Path.of(parsed.matchedPositionalValue(1, ""));
    Path root = Path.of(parsed.matchedOptionValue("--root", folder.toString()));
    String base = parsed.matchedOptionValue("--base-url", "http://site.invalid/");
    HttpUrl url = HttpUrl.parse(base.endsWith("/") ? base : base + "/");
    if (url == null) {
      throw new SettingsException("--base-url: " + base + " (expected: an http or https URL)");
    }
    try {
      ManifestMaker.Made made = ManifestMaker.make(folder, url, root, Instant.now());
      console
          .out()
          .printf(
              "%s: %d files, %s%s%nAnnounce it with each answer: Link: <%s>; rel=\"%s\"%n",
              made.manifest(),
              made.fileCount(),
              ByteSize.format(made.totalBytes()),
              made.partCount() == 0 ? "" : ", in " + made.partCount() + " parts",
              SiteManifest.PATH,
              SiteManifest.LINK_RELATION);
      return ExitStatus.OK;
    } catch (IOException e) {
      throw new SettingsException(FileWords.of(e));
    }
  }
}
