package dev.fugitive.client.fetch;

import dev.fugitive.client.evidence.DocumentReading;
import java.io.IOException;
import okhttp3.MediaType;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSource;
import okio.ForwardingSource;
import okio.Okio;
import org.jspecify.annotations.Nullable;

/** A body of which a document's reading gets a copy as it is read. Read by one thread. */
final class TappedBody extends ResponseBody {
  private final ResponseBody body;
  private final BufferedSource source;

  private TappedBody(ResponseBody body, DocumentReading reading) {
    this.body = body;
    this.source = Okio.buffer(new Tap(body, reading));
  }

  static Response into(DocumentReading reading, Response response) {
    return response.newBuilder().body(new TappedBody(response.body(), reading)).build();
  }

  private static final class Tap extends ForwardingSource {
    private final DocumentReading reading;
    private final long length;
    private long bytesRead;
    private boolean ended;
    private boolean wanted = true;

    Tap(ResponseBody body, DocumentReading reading) {
      super(body.source());
      this.reading = reading;
      this.length = body.contentLength();
    }

    @Override
    public long read(Buffer sink, long byteCount) throws IOException {
      long read;
      try {
        read = super.read(sink, byteCount);
      } catch (IOException | RuntimeException e) {
        end(false);
        throw e;
      }
      if (read > 0) {
        bytesRead += read;
        copy(sink, read);
      }
      // who knows the length need not read on to see the end
      if (read == -1 || bytesRead == length) {
        end(true);
      }
      return read;
    }

    private void copy(Buffer sink, long byteCount) {
      if (wanted) {
        Buffer copy = new Buffer();
        sink.copyTo(copy, sink.size() - byteCount, byteCount);
        wanted = reading.write(copy);
      }
    }

    private void end(boolean whole) {
      if (!ended) {
        ended = true;
        reading.end(whole);
      }
    }

    @Override
    public void close() throws IOException {
      end(false);
      super.close();
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
}
