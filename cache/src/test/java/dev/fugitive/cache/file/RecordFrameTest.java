package dev.fugitive.cache.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import okio.Buffer;
import okio.ByteString;
import org.junit.jupiter.api.Test;

final class RecordFrameTest {
  private static final int MAX_BYTES = 64;

  @Property(tries = 200, seed = "2026")
  void whatIsTornOrDamagedGivesTheWholeRecordsBefore(
      @ForAll @Size(min = 1, max = 4) List<@Size(min = 1, max = MAX_BYTES) byte[]> payloads,
      @ForAll @IntRange(max = 300) int at,
      @ForAll boolean torn) {
    Buffer file = new Buffer();
    List<Integer> ends = new ArrayList<>();
    for (byte[] payload : payloads) {
      file.write(RecordFrame.of(ByteString.of(payload)).array());
      ends.add((int) file.size());
    }
    byte[] bytes = file.readByteArray();
    int place = at % bytes.length;
    byte[] damaged = torn ? Arrays.copyOf(bytes, place) : bytes.clone();
    if (!torn) {
      damaged[place] ^= 1;
    }

    int whole = (int) ends.stream().filter(end -> end <= place).count();
    assertThat(read(ByteBuffer.wrap(bytes))).hasSize(payloads.size());
    assertThat(read(ByteBuffer.wrap(damaged)))
        .isEqualTo(payloads.subList(0, whole).stream().map(ByteString::of).toList());
  }

  @Test
  void whatIsNoRecordIsNotReadAndLeftWhereItIs() {
    ByteBuffer zeros = ByteBuffer.allocate(100).position(3);
    assertThat(RecordFrame.next(zeros, MAX_BYTES)).isEmpty();
    assertThat(zeros.position()).isEqualTo(3);
    ByteBuffer tooLong = RecordFrame.of(ByteString.of(new byte[MAX_BYTES + 1]));
    assertThat(RecordFrame.next(tooLong, MAX_BYTES)).isEmpty();
    assertThat(tooLong.position()).isZero();
    assertThatThrownBy(() -> RecordFrame.of(ByteString.EMPTY))
        .hasMessage("record bytes: 0 (expected: 1 or more)");
  }

  private static List<ByteString> read(ByteBuffer file) {
    List<ByteString> records = new ArrayList<>();
    Optional<ByteString> next = RecordFrame.next(file, MAX_BYTES);
    while (next.isPresent()) {
      records.add(next.get());
      next = RecordFrame.next(file, MAX_BYTES);
    }
    return records;
  }
}
