package dev.fugitive.proxy.mirror;

import dev.fugitive.client.fetch.Stock;
import dev.fugitive.client.mirror.Pins;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Pins in the node's own store. */
public record StockPins(Stock stock) implements Pins {
  private static final Logger LOG = LoggerFactory.getLogger(StockPins.class);

  @Override
  public void pin(String url) {
    try {
      stock.pin(url);
    } catch (IOException e) {
      LOG.debug("{} is not pinned: {}", url, e.getMessage());
    }
  }

  @Override
  public void release(String url) {
    try {
      stock.unpin(url);
    } catch (IOException e) {
      LOG.debug("{} was not pinned: {}", url, e.getMessage());
    }
  }
}
