package dev.fugitive.proxy.cli;

import dev.fugitive.cache.content.Digest;
import dev.fugitive.client.fetch.FetchOptions;
import dev.fugitive.client.fetch.IntegrityException;
import dev.fugitive.client.trust.EvidenceRules;
import dev.fugitive.client.trust.FugitiveSource;
import dev.fugitive.proxy.text.FileWords;
import dev.fugitive.proxy.text.Style;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.Response;
import okio.Okio;

/** One URL on its way to its place, and the exit status that its end means. */
record FetchToFile(
    Console console,
    HttpUrl url,
    String target,
    Set<Digest> integrity,
    LiveSources sources,
    long startNanos) {
  private static final int BAD_GATEWAY = 502;
  private static final long MAX_WORDS_BYTES = 1024;

  /**
   * Fetches. A proxy that is told the digest breaks off a body that does not have it, which looks
   * like any broken connection: so what broke off is asked for once more without telling, and
   * judged here.
   */
  int through(Call.Factory client) {
    boolean mayJudgeHere = !integrity.isEmpty() && !target.equals("-");
    try (Response response = client.newCall(request(true)).execute()) {
      if (response.code() != BAD_GATEWAY || !mayJudgeHere) {
        return receive(response);
      }
    } catch (IntegrityException mismatch) {
      return mismatch(String.valueOf(mismatch.getMessage()));
    } catch (IOException failure) {
      if (!mayJudgeHere) {
        return failed(failure);
      }
    }
    try (Response response = client.newCall(request(false)).execute()) {
      return receive(response);
    } catch (IOException failure) {
      return failed(failure);
    }
  }

  private Request request(boolean tellDigest) {
    Request.Builder request = new Request.Builder().url(url).header("Accept-Encoding", "identity");
    if (tellDigest && !integrity.isEmpty()) {
      String metadata = integrity.stream().map(Digest::toString).collect(Collectors.joining(" "));
      request.header(EvidenceRules.INTEGRITY_FIELD, metadata);
    }
    return FetchOptions.NONE.withListener(sources).on(request.build());
  }

  private int receive(Response response) throws IOException {
    if (!response.isSuccessful()) {
      console
          .err()
          .println(
              "fugitive fetch: HTTP "
                  + response.code()
                  + " "
                  + response.message()
                  + said(response));
      return ExitStatus.FAILED;
    }
    Progress progress = new Progress(console, response.body().contentLength(), sources, startNanos);
    try (Output output =
        target.equals("-")
            ? Output.to(Okio.sink(console.out()))
            : Output.replacing(Path.of(target))) {
      IntegrityCheck check = new IntegrityCheck(integrity);
      output.copy(response.body().source(), check, progress);
      if (!check.isPassed()) {
        progress.end("");
        return mismatch("digest " + check.found() + " (expected: " + check.wanted() + ")");
      }
      output.commit();
      progress.end(Optional.ofNullable(response.header(FugitiveSource.FIELD)).orElse(""));
      return ExitStatus.OK;
    }
  }

  /** The proxy's own refusals say in one line what it expected (RFC 9209). */
  private static String said(Response response) throws IOException {
    if (!ControlClient.isOfFugitive(response)) {
      return "";
    }
    String words = response.peekBody(MAX_WORDS_BYTES).string().lines().findFirst().orElse("");
    return words.isEmpty() ? "" : ": " + Style.harmless(words);
  }

  private int mismatch(String words) {
    console.err().println("fugitive fetch: " + words);
    return ExitStatus.INTEGRITY;
  }

  private int failed(IOException failure) {
    console.err().println("fugitive fetch: " + FileWords.of(failure));
    return ExitStatus.FAILED;
  }
}
