package dev.fugitive.client.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import okio.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DurableLogTest {
  private static final Set<PosixFilePermission> OWNER =
      PosixFilePermissions.fromString("rw-------");

  @TempDir Path directory;

  @Test
  void whatWasAppendedIsThereAfterEachStart() throws IOException {
    List<ByteString> records = records(5);
    write(records);
    assertThat(read()).isEqualTo(records);
    assertThat(read()).isEqualTo(records);
  }

  @Test
  void tornAtEveryByteItGivesTheWholeRecordsBeforeAndGoesOn() throws IOException {
    List<ByteString> records = records(4);
    write(records);
    byte[] whole = Files.readAllBytes(file());
    ByteString next = ByteString.encodeUtf8("next");
    for (int length = 0; length <= whole.length; length++) {
      Files.write(file(), java.util.Arrays.copyOf(whole, length));
      List<ByteString> expected =
          new ArrayList<>(records.subList(0, wholeRecords(length, records)));
      try (DurableLog log = opened(expected)) {
        log.append(next);
      }
      expected.add(next);
      assertThat(read()).as("torn at %s", length).isEqualTo(expected);
    }
  }

  @Test
  void aFlippedBitEndsTheLogBeforeItsRecord() throws IOException {
    List<ByteString> records = records(3);
    write(records);
    byte[] whole = Files.readAllBytes(file());
    for (int at = 0; at < whole.length; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 0x10;
      Files.write(file(), damaged);
      List<ByteString> left = read();
      assertThat(records.subList(0, left.size())).isEqualTo(left);
      assertThat(left).hasSizeLessThan(records.size());
    }
  }

  @Test
  void whatIsCutOffIsKeptAside() throws IOException {
    write(records(3));
    byte[] whole = Files.readAllBytes(file());
    byte[] damaged = whole.clone();
    damaged[9] ^= 0x10;
    Files.write(file(), damaged);
    assertThat(read()).isEmpty();
    assertThat(directory.resolve("a.log.cut")).hasBinaryContent(damaged);
  }

  @Test
  void nobodyElseReadsIt() throws IOException {
    Files.createFile(
        file(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--")));
    try (DurableLog log = DurableLog.open(file()).log()) {
      log.rewrite(records(2));
      assertThat(Files.getPosixFilePermissions(file())).isEqualTo(OWNER);
      assertThat(Files.getPosixFilePermissions(directory.resolve("a.log.lock"))).isEqualTo(OWNER);
    }
  }

  @Test
  void aRewriteReplacesAllAndLeavesNothingBeside() throws IOException {
    write(records(20));
    List<ByteString> kept = records(20).subList(3, 5);
    try (DurableLog log = DurableLog.open(file()).log()) {
      log.rewrite(kept);
      log.append(kept.get(0));
    }
    assertThat(read()).containsExactly(kept.get(0), kept.get(1), kept.get(0));
    assertThat(directory.resolve("a.log.new")).doesNotExist();
  }

  @Test
  void aHalfWrittenRewriteIsForgotten() throws IOException {
    List<ByteString> records = records(3);
    write(records);
    Files.write(directory.resolve("a.log.new"), new byte[100]);
    assertThat(read()).isEqualTo(records);
  }

  @Test
  void oneProcessAtATimeUsesIt() throws IOException {
    try (DurableLog log = DurableLog.open(file()).log()) {
      assertThat(log.lengthBytes()).isZero();
      assertThatThrownBy(() -> DurableLog.open(file()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("is used already");
    }
    assertThat(read()).isEmpty();
  }

  private static int wholeRecords(int length, List<ByteString> records) {
    int end = 0;
    int whole = 0;
    for (ByteString record : records) {
      end += 8 + record.size();
      whole += end <= length ? 1 : 0;
    }
    return whole;
  }

  private static List<ByteString> records(int count) {
    Random random = new Random(5);
    List<ByteString> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] bytes = new byte[1 + random.nextInt(40)];
      random.nextBytes(bytes);
      records.add(ByteString.of(bytes));
    }
    return records;
  }

  private DurableLog opened(List<ByteString> expected) throws IOException {
    DurableLog.Opened opened = DurableLog.open(file());
    assertThat(opened.records()).isEqualTo(expected);
    return opened.log();
  }

  private void write(List<ByteString> records) throws IOException {
    try (DurableLog log = DurableLog.open(file()).log()) {
      for (ByteString record : records) {
        log.append(record);
      }
    }
  }

  private List<ByteString> read() throws IOException {
    DurableLog.Opened opened = DurableLog.open(file());
    opened.log().close();
    return opened.records();
  }

  private Path file() {
    return directory.resolve("a.log");
  }
}
