package dev.fugitive.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The buffer that is written over. */
final class OutgoingBlockTest {
  private final FastThreadLocal<OutgoingBlock> ofThisThread = OutgoingBlock.forEachLoop();
  private final OutgoingBlock outgoing = ofThisThread.get();

  @AfterEach
  void release() {
    ofThisThread.remove();
  }

  @Test
  void theSameBufferServesAgainOnceItWasSent() {
    ByteBuf first = outgoing.empty(10);
    first.writeByte(1);
    first.release();
    ByteBuf second = outgoing.empty(10);
    assertThat(second).isSameAs(first);
    assertThat(second.readableBytes()).isZero();
    second.release();
  }

  @Test
  void whatIsStillBeingSentIsNotTouched() {
    ByteBuf first = outgoing.empty(10);
    first.writeByte(1);
    ByteBuf second = outgoing.empty(10);
    second.writeByte(2);
    assertThat(second).isNotSameAs(first);
    assertThat(first.getByte(0)).isEqualTo((byte) 1);
    first.release();
    second.release();
  }

  @Test
  void whatIsLargerThanTheBlockHasABufferOfItsOwn() {
    ByteBuf large = outgoing.empty(OutgoingBlock.BYTES + 1);
    assertThat(large.writableBytes()).isGreaterThan(OutgoingBlock.BYTES);
    large.release();
    assertThat(large.refCnt()).isZero();
  }

  @Test
  void theBufferIsReleasedWithItsLoop() {
    ByteBuf block = outgoing.empty(10);
    block.release();
    ofThisThread.remove();
    assertThat(block.refCnt()).isZero();
  }
}
