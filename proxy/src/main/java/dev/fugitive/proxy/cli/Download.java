package dev.fugitive.proxy.cli;

import dev.fugitive.client.fetch.IntegrityException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.Response;
import okio.Okio;

/** One URL on its way to its place, and the exit status that its end means. */
record Download(
    Console console, HttpUrl url, String target, Optional<Integrity> integrity, long startNanos) {
  private static final String INTEGRITY_FIELD = "Fugitive-Integrity";
  private static final int BAD_GATEWAY = 502;

  /**
   * Fetches. A proxy that is told the digest breaks off a body that does not have it, which looks
   * like any broken connection: so what broke off is asked for once more without telling, and
   * judged here.
   */
  int through(Call.Factory client) {
    boolean mayJudgeHere = integrity.isPresent() && !target.equals("-");
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
    if (tellDigest) {
      integrity.ifPresent(wanted -> request.header(INTEGRITY_FIELD, wanted.toString()));
    }
    return request.build();
  }

  private int receive(Response response) throws IOException {
    if (!response.isSuccessful()) {
      console.err().println("fugitive fetch: HTTP " + response.code() + " " + response.message());
      return ExitStatus.FAILED;
    }
    Progress progress = new Progress(console, response.body().contentLength(), startNanos);
    try (Output output =
        target.equals("-")
            ? Output.to(Okio.sink(console.out()))
            : Output.replacing(Path.of(target))) {
      Integrity.Check check = Integrity.check(integrity);
      output.copy(response.body().source(), check, progress);
      if (!check.isPassed()) {
        progress.end("");
        return mismatch("digest " + check.found() + " (expected: " + check.wanted() + ")");
      }
      output.commit();
      progress.end(Optional.ofNullable(response.header("Fugitive-Source")).orElse(""));
      return ExitStatus.OK;
    }
  }

  private int mismatch(String words) {
    console.err().println("fugitive fetch: " + words);
    return ExitStatus.INTEGRITY;
  }

  private int failed(IOException failure) {
    console.err().println("fugitive fetch: " + failure.getMessage());
    return ExitStatus.FAILED;
  }
}
