package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.content.ByteRanges;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.PartialResponse;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.cache.http.ResponseHead;
import dev.fugitive.cache.index.RepresentationIndex;
import dev.fugitive.cache.store.ByteTally;
import dev.fugitive.cache.store.ContentStore;
import dev.fugitive.cache.store.MemoryTier;
import dev.fugitive.cache.store.PartialContent;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.trust.SharingRules;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import okio.Buffer;
import okio.Source;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is put together of parts: only what came, where it belongs, and everybody's or nobody's. */
class SharedPartsTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final int HALF = ContentId.CHUNK_BYTES;

  @ParameterizedTest
  @CsvSource({
    // first part's cookie, first part's address, validator, offered
    "'', 93.184.216.34, ETag, true",
    "a=b, 93.184.216.34, ETag, false",
    "'', 10.0.0.1, ETag, false",
    "'', 93.184.216.34, Last-Modified, false"
  })
  void aWholeIsOfferedOnlyIfEachOfItsPartsMightBe(
      String cookie, String address, String validator, boolean offered) throws IOException {
    try (ContentStore contents = MemoryTier.open(64L << 20);
        RepresentationIndex index = RepresentationIndex.inMemory(1 << 20)) {
      SharedHoldings holdings =
          SharedHoldings.of(contents, index, DecodedDigests.inMemory(), SharingRules.DEFAULT);
      Library library =
          new Library(
              contents,
              index,
              holdings,
              new SharingJudge(Identity.generate(), SharingRules.DEFAULT, InstantSource.fixed(NOW)),
              DecodedDigests.inMemory());
      take(library, cookie, address, validator, 0);
      FetchTrace last = trace("93.184.216.34");
      PartialLibrary.Kept kept = take(library, "", "93.184.216.34", validator, HALF);
      library.promote(request("", HALF), kept, last.origin());

      assertThat(library.stored(request("", 0))).hasSize(1);
      assertThat(holdings.items().isEmpty()).isEqualTo(!offered);
    }
  }

  @Test
  void nothingIsKeptOnceAnotherThreadHasClosed() throws IOException {
    List<Long> positions = new ArrayList<>();
    List<Source> source = new ArrayList<>();
    PartialContent bytes = new ClosingContent(positions, source);
    PartialLibrary.Kept kept =
        new PartialLibrary.Kept(
            part("", "ETag", 0).orElseThrow().response(), bytes, new PartsSharing());
    Buffer origin = new Buffer().write(new byte[HALF * 2]);
    int[] ended = {0};
    source.add(new KeepingSource(origin, kept, 0, HALF * 2L, () -> ended[0]++));

    Buffer sink = new Buffer();
    source.getFirst().read(sink, HALF + 5);
    source.getFirst().read(sink, HALF);

    assertThat(positions).containsExactly(0L);
    assertThat(ended[0]).isEqualTo(1);
  }

  /** Has its source closed while it takes bytes in. */
  private record ClosingContent(List<Long> positions, List<Source> source)
      implements PartialContent {
    @Override
    public ByteRanges held() {
      return ByteRanges.NONE;
    }

    @Override
    public boolean put(long position, ByteBuffer bytes) {
      positions.add(position);
      try {
        source.getFirst().close();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      return true;
    }

    @Override
    public Optional<Source> source(long fromByte, long untilByte, ByteTally tally) {
      return Optional.empty();
    }

    @Override
    public boolean isKept() {
      return true;
    }

    @Override
    public void forget() {}
  }

  private static PartialLibrary.Kept take(
      Library library, String cookie, String address, String validator, int from)
      throws IOException {
    PartialResponse part = part(cookie, validator, from).orElseThrow().response();
    PartialLibrary.Kept kept =
        library
            .parts()
            .keep(part, library.sharing().decidePart(request(cookie, from), part, trace(address)))
            .orElseThrow();
    assertThat(kept.bytes().put(from, ByteBuffer.wrap(new byte[HALF]))).isTrue();
    return kept;
  }

  private static FetchTrace trace(String address) throws IOException {
    FetchTrace trace = new FetchTrace(new Cancellation());
    trace.connectedTo(InetAddress.getByName(address), true);
    return trace;
  }

  private static RequestHead request(String cookie, int from) {
    Fields fields = Fields.of("Range", "bytes=" + from + "-" + (from + HALF - 1));
    return new RequestHead(
        "GET", "https://cdn.example/a", cookie.isEmpty() ? fields : fields.with("Cookie", cookie));
  }

  private static Optional<PartialResponse.Arrival> part(String cookie, String validator, int from) {
    Fields fields =
        Fields.of(
            "Cache-Control",
            "public, max-age=60",
            "Date",
            "Sun, 01 Mar 2026 12:00:00 GMT",
            "Content-Range",
            "bytes %d-%d/%d".formatted(from, from + HALF - 1, HALF * 2),
            validator,
            validator.equals("ETag") ? "\"1\"" : "Sun, 01 Feb 2026 12:00:00 GMT");
    return PartialResponse.partly(
        request(cookie, from),
        new ResponseHead(206, "Partial Content", fields),
        NOW,
        NOW,
        PartialLibrary.newName());
  }
}
