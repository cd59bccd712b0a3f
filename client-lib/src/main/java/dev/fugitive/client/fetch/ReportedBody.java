package dev.fugitive.client.fetch;

import java.io.IOException;
import java.util.OptionalLong;
import okhttp3.MediaType;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSource;
import okio.ForwardingSource;
import okio.Okio;
import okio.Source;
import org.jspecify.annotations.Nullable;

/** A body that tells when it was read to its end, was closed before, or failed. */
final class ReportedBody extends ResponseBody {
  private final SourcedBody body;
  private final BufferedSource source;

  ReportedBody(SourcedBody body, FetchEnd end, int status) {
    this.body = body;
    this.source = Okio.buffer(reporting(body, end, status));
    if (body.contentLength() == 0) {
      end.tell(status, FetchSummary.End.COMPLETE);
    }
  }

  @Override
  public @Nullable MediaType contentType() {
    return body.contentType();
  }

  @Override
  public long contentLength() {
    return body.contentLength();
  }

  @Override
  public BufferedSource source() {
    return source;
  }

  private static Source reporting(SourcedBody body, FetchEnd end, int status) {
    return new ForwardingSource(body.source()) {
      private final OptionalLong length =
          body.contentLength() < 0 ? OptionalLong.empty() : OptionalLong.of(body.contentLength());
      private long bytesRead;
      private long nextProgress = FetchListener.PROGRESS_BYTES;

      @Override
      public long read(Buffer sink, long byteCount) throws IOException {
        try {
          long read = super.read(sink, byteCount);
          bytesRead += Math.max(0, read);
          if (bytesRead >= nextProgress) {
            nextProgress = bytesRead + FetchListener.PROGRESS_BYTES;
            end.progress(bytesRead, length);
          }
          // who knows the length need not read on to see the end
          if (read == -1 || bytesRead == body.contentLength()) {
            end.tell(status, FetchSummary.End.COMPLETE);
          }
          return read;
        } catch (IOException e) {
          end.failed(status, e);
          throw e;
        }
      }

      @Override
      public void close() throws IOException {
        super.close();
        end.tell(status, FetchSummary.End.ABANDONED);
      }
    };
  }
}
