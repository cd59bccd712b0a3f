package dev.fugitive.proxy.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.rolling.RollingFileAppender;
import java.io.IOException;
import java.nio.file.Path;

/** Logback's rolling file, which its owner alone may read from its first moment. */
public final class PrivateFileAppender extends RollingFileAppender<ILoggingEvent> {
  @Override
  public void openFile(String file) throws IOException {
    LogFiles.createPrivate(Path.of(file));
    super.openFile(file);
  }
}
