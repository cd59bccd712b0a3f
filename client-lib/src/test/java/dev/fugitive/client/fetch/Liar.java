package dev.fugitive.client.fetch;

import com.github.luben.zstd.Zstd;
import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.wire.PeerCodec;
import dev.fugitive.client.wire.PeerMessage;
import dev.fugitive.client.wire.PeerMessage.Have;
import dev.fugitive.client.wire.PeerMessage.Open;
import dev.fugitive.client.wire.PeerMessage.RefusalReason;
import dev.fugitive.client.wire.PeerMessage.Refuse;
import dev.fugitive.client.wire.PeerMessage.Request;
import dev.fugitive.client.wire.PeerMessage.ResourceFound;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import okio.ByteString;

/**
 * Answers as an honest holder of one content would, but for the one thing that it lies about. Used
 * by one thread at a time.
 */
final class Liar {
  private static final PeerCodec CODEC = new PeerCodec();
  private static final int PLAIN = 0;
  private static final int ZSTD = 1;

  /** Whose keys vouchers are made with: one that the victim trusts, and one that it does not. */
  record Keys(Identity trusted, Identity stranger) {}

  private final Lie lie;
  private final TestContent content;
  private final Keys keys;
  private final SplittableRandom random;
  private final AtomicLong lies = new AtomicLong();

  Liar(Lie lie, TestContent content, Keys keys, long seed) {
    this.lie = lie;
    this.content = content;
    this.keys = keys;
    this.random = new SplittableRandom(seed);
  }

  Lie lie() {
    return lie;
  }

  TestContent content() {
    return content;
  }

  /** How many lies it has told so far. */
  long lies() {
    return lies.get();
  }

  /** The frames with which it answers a message. */
  List<ByteBuffer> answer(PeerMessage heard) {
    if (lie.of == Lie.Of.FRAME) {
      return told(malformed());
    }
    return switch (heard) {
      case PeerMessage.FindResource(int question, ByteString ignored) -> vouchers(question);
      case PeerMessage.FindAndSend(int question, var ignored, var also, var these) ->
          vouchers(question);
      case PeerMessage.FindContent(int question, var ignored) ->
          List.of(CODEC.encode(new PeerMessage.ContentFound(question, List.of(content.id()))));
      case Open(int transfer, ContentId ignored) -> opened(transfer);
      case Request(int transfer, int first, int count) -> chunks(transfer, first, count);
      default -> List.of();
    };
  }

  private List<ByteBuffer> told(ByteBuffer... frames) {
    lies.addAndGet(frames.length);
    return List.of(frames);
  }

  private List<ByteBuffer> toldNothing() {
    return told();
  }

  private ByteBuffer malformed() {
    byte[] honest = bytes(CODEC.encode(new Request(1, 2, 3)));
    return switch (lie) {
      case RANDOM_BYTES -> ByteBuffer.wrap(randomFrame());
      case TRUNCATED_FRAME ->
          ByteBuffer.wrap(Arrays.copyOf(honest, random.nextInt(1, honest.length)));
      case BYTES_AFTER_THE_FRAME -> ByteBuffer.wrap(Arrays.copyOf(honest, honest.length + 1));
      case UNKNOWN_TYPE -> RawFrames.numbers(random.nextBoolean() ? 7 : 128, 1);
      case TEXT_WHERE_BYTES_ARE_DUE -> RawFrames.textForBytes();
      case TOO_FEW_FIELDS -> RawFrames.numbers(19, 1, 0);
      case NEGATIVE_TRANSFER -> RawFrames.numbers(22, -1 - random.nextInt(1000));
      case COUNT_OF_BILLIONS -> RawFrames.numbers(19, 1, 0, 4_000_000_000L);
      case OVERSIZED_VOUCHER -> RawFrames.longVoucher(16 * 1024 + 1);
      case VOUCHERS_THAT_ARE_NOT_THERE -> RawFrames.vouchersThatAreNotThere(4);
      case SECOND_HELLO -> CODEC.encode(new PeerMessage.Hello(1, "liar/1", true));
      default -> throw new IllegalStateException(lie + " (expected: one about frames)");
    };
  }

  /** Random bytes behind a first one that no message begins with: not even by chance a message. */
  private byte[] randomFrame() {
    byte[] bytes = new byte[random.nextInt(1, 2000)];
    random.nextBytes(bytes);
    bytes[0] = (byte) 0xc1;
    return bytes;
  }

  private List<ByteBuffer> vouchers(int question) {
    if (lie == Lie.SILENT_ABOUT_VOUCHERS) {
      lies.incrementAndGet();
      return List.of();
    }
    List<ByteString> shown = new ArrayList<>();
    if (lie.of == Lie.Of.VOUCHER) {
      for (int i = 0; i < 4; i++) {
        shown.add(falseVoucher());
      }
      lies.addAndGet(shown.size());
    } else {
      shown.add(content.vouchedBy(keys.trusted()));
    }
    return List.of(CODEC.encode(new ResourceFound(question, shown)));
  }

  private ByteString falseVoucher() {
    Instant now = Instant.now();
    return switch (lie) {
      case FORGED_VOUCHER -> withChangedByte(content.vouchedBy(keys.trusted()));
      case VOUCHER_OF_ANOTHER_URL ->
          other(content.url() + "?" + random.nextInt()).vouchedBy(keys.trusted());
      case VOUCHER_BY_A_STRANGER -> other(content.url()).vouchedBy(keys.stranger());
      case VOUCHER_EXPIRED ->
          other(content.url())
              .vouchedBy(keys.trusted(), now.minus(Duration.ofDays(2)), "max-age=999999999");
      case VOUCHER_FROM_THE_FUTURE ->
          other(content.url())
              .vouchedBy(keys.trusted(), now.plus(Duration.ofHours(1)), "max-age=999999999");
      case VOUCHER_OF_SOMETHING_PRIVATE ->
          other(content.url()).vouchedBy(keys.trusted(), now, "private, max-age=86400");
      case VOUCHER_IN_SOMEBODY_ELSES_NAME -> signedByAnother();
      default -> throw new IllegalStateException(lie + " (expected: one about vouchers)");
    };
  }

  private ByteString withChangedByte(ByteString voucher) {
    byte[] bytes = voucher.toByteArray();
    bytes[signerStart(bytes)] ^= (byte) (1 << random.nextInt(8));
    return ByteString.of(bytes);
  }

  /** Any position but those of the signer's key, which would make it a stranger's voucher. */
  private int signerStart(byte[] voucher) {
    int signatureAndHeader = 64 + 2;
    int keyStart = voucher.length - signatureAndHeader - 32;
    int position = random.nextInt(voucher.length - 32);
    return position < keyStart ? position : position + 32;
  }

  /** The trusted key's statement about another content, under a signature that is not its own. */
  private ByteString signedByAnother() {
    ByteString claimed = other(content.url()).vouchedBy(keys.trusted());
    byte[] bytes = claimed.toByteArray();
    byte[] signature = keys.stranger().sign(claimed).toByteArray();
    System.arraycopy(signature, 0, bytes, bytes.length - 64, 64);
    return ByteString.of(bytes);
  }

  private TestContent other(String url) {
    return TestContent.random(url, 100, random.nextLong());
  }

  private List<ByteBuffer> opened(int transfer) {
    ContentId id = content.id();
    Have have = new Have(transfer, ChunkSet.all(id));
    return switch (lie) {
      case HAS_CHUNKS_BEYOND_THE_END ->
          told(
              CODEC.encode(
                  new Have(transfer, ChunkSet.range(0, id.chunkCount() + 1 + random.nextInt(99)))));
      case HAS_FOR_A_TRANSFER_NEVER_OPENED ->
          told(CODEC.encode(new Have(transfer + 1 + random.nextInt(99), have.chunks())));
      case SILENT_ABOUT_OPEN -> {
        lies.incrementAndGet();
        yield toldNothing();
      }
      case REFUSES_WHAT_IT_CLAIMS ->
          told(CODEC.encode(new Refuse(transfer, RefusalReason.DONT_HAVE, 0)));
      case HAS_NOTHING -> told(CODEC.encode(new Have(transfer, ChunkSet.EMPTY)));
      default -> List.of(CODEC.encode(have));
    };
  }

  /** What is asked for, frame by frame, with the lie in each. */
  private List<ByteBuffer> chunks(int transfer, int first, int count) {
    if (lie == Lie.SILENT_ABOUT_CHUNKS) {
      lies.incrementAndGet();
      return toldNothing();
    }
    List<ByteBuffer> frames = new ArrayList<>();
    for (int at = first; at < first + count; at += 4) {
      int here = Math.min(4, first + count - at);
      frames.addAll(
          lie.of == Lie.Of.CHUNKS
              ? falseFrames(transfer, at, here)
              : List.of(honest(transfer, at, here)));
    }
    return frames;
  }

  private ByteBuffer honest(int transfer, int first, int count) {
    return frame(transfer, first, count, PLAIN, proof(first, count), content.bytes(first, count));
  }

  private List<ByteString> proof(int first, int count) {
    return content.tree().proof(first, count).hashes();
  }

  private static ByteBuffer frame(
      int transfer, int first, int count, int encoding, List<ByteString> proof, byte[] payload) {
    return RawFrames.chunks(transfer, first, count, encoding, proof, payload);
  }

  private List<ByteBuffer> falseFrames(int transfer, int first, int count) {
    byte[] truth = content.bytes(first, count);
    List<ByteString> proof = proof(first, count);
    return switch (lie) {
      case FLIPPED_BIT -> told(frame(transfer, first, count, PLAIN, proof, flipped(truth)));
      case ALL_ZERO -> told(frame(transfer, first, count, PLAIN, proof, new byte[truth.length]));
      case BYTES_OF_ANOTHER_CONTENT ->
          told(frame(transfer, first, count, PLAIN, proof, randomBytes(truth.length)));
      case SWAPPED_CHUNKS -> told(frame(transfer, first, count, PLAIN, proof, swapped(truth)));
      case COMPRESSED_OTHER_BYTES ->
          told(frame(transfer, first, count, ZSTD, proof, Zstd.compress(new byte[truth.length])));
      case FLIPPED_PROOF -> told(frame(transfer, first, count, PLAIN, flipped(proof), truth));
      case PROOF_TOO_SHORT ->
          told(frame(transfer, first, count, PLAIN, proof.subList(0, proof.size() - 1), truth));
      case PROOF_TOO_LONG -> {
        List<ByteString> longer = new ArrayList<>(proof);
        longer.add(ByteString.of(randomBytes(32)));
        yield told(frame(transfer, first, count, PLAIN, longer, truth));
      }
      case PROOF_FOR_ANOTHER_INDEX -> {
        int elsewhere = first == 0 ? content.id().chunkCount() - 1 : 0;
        yield told(frame(transfer, first, count, PLAIN, proof(elsewhere, 1), truth));
      }
      case INDEX_BEYOND_THE_END -> {
        int beyond = content.id().chunkCount() + random.nextInt(1000);
        yield told(frame(transfer, beyond, count, PLAIN, proof, truth));
      }
      case MORE_CHUNKS_THAN_ASKED ->
          told(
              frame(
                  transfer,
                  first,
                  count + 1,
                  PLAIN,
                  proof,
                  Arrays.copyOf(truth, Math.min(4, count + 1) * ContentId.CHUNK_BYTES)));
      case FRAME_SENT_TWICE -> {
        lies.decrementAndGet();
        yield told(honest(transfer, first, count), honest(transfer, first, count));
      }
      case TRANSFER_NEVER_OPENED ->
          told(frame(transfer + 1 + random.nextInt(9), first, count, PLAIN, proof, truth));
      default -> falsePayload(transfer, first, count, truth, proof);
    };
  }

  private List<ByteBuffer> falsePayload(
      int transfer, int first, int count, byte[] truth, List<ByteString> proof) {
    byte[] compressed = Zstd.compress(truth);
    return switch (lie) {
      case PLAIN_CALLED_COMPRESSED -> told(frame(transfer, first, count, ZSTD, proof, truth));
      case COMPRESSED_CALLED_PLAIN ->
          told(frame(transfer, first, count, PLAIN, proof, Zstd.compress(new byte[truth.length])));
      case UNKNOWN_ENCODING -> told(frame(transfer, first, count, 2, proof, truth));
      case COMPRESSION_BOMB ->
          told(frame(transfer, first, count, ZSTD, proof, Zstd.compress(new byte[1 << 22])));
      case TRUNCATED_COMPRESSION ->
          told(
              frame(
                  transfer,
                  first,
                  count,
                  ZSTD,
                  proof,
                  Arrays.copyOf(compressed, Math.min(compressed.length, truth.length) / 2)));
      case COMPRESSED_TOO_SHORT ->
          told(
              frame(
                  transfer, first, count, ZSTD, proof, Zstd.compress(new byte[truth.length - 1])));
      case PAYLOAD_ONE_BYTE_SHORTER ->
          told(frame(transfer, first, count, PLAIN, proof, Arrays.copyOf(truth, truth.length - 1)));
      case PAYLOAD_ONE_BYTE_LONGER ->
          told(frame(transfer, first, count, PLAIN, proof, Arrays.copyOf(truth, truth.length + 1)));
      default -> throw new IllegalStateException(lie + " (expected: one about payloads)");
    };
  }

  private byte[] flipped(byte[] truth) {
    byte[] bytes = truth.clone();
    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    return bytes;
  }

  private List<ByteString> flipped(List<ByteString> proof) {
    List<ByteString> changed = new ArrayList<>(proof);
    int at = random.nextInt(changed.size());
    changed.set(at, ByteString.of(flipped(changed.get(at).toByteArray())));
    return changed;
  }

  /** The first half behind the second; both differ in a content that looks random. */
  private static byte[] swapped(byte[] truth) {
    int half = truth.length / 2;
    byte[] bytes = new byte[truth.length];
    System.arraycopy(truth, half, bytes, 0, truth.length - half);
    System.arraycopy(truth, 0, bytes, truth.length - half, half);
    return bytes;
  }

  private byte[] randomBytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }
}
