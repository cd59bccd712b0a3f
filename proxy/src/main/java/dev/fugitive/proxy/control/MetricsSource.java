package dev.fugitive.proxy.control;

/** Where the metrics come from; asked once for each scrape, on a thread that may block. */
@FunctionalInterface
public interface MetricsSource {
  /** The media type of {@link #scrape}: Prometheus' text format. */
  String MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  /** All figures now. */
  String scrape();
}
