package dev.fugitive.client.transport.webrtc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The threads of this process that WebRTC made, as the kernel names them. */
final class NativeThreads {
  private static final List<String> NAMES =
      List.of("webrtc_jni", "rtc-", "AudioDevice", "fugitive-webrtc", "PacerThread", "Decoding");

  private NativeThreads() {}

  static List<String> list() throws IOException {
    try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
      return tasks
          .map(NativeThreads::name)
          .filter(name -> NAMES.stream().anyMatch(name::startsWith))
          .sorted()
          .toList();
    }
  }

  private static String name(Path task) {
    try {
      return Files.readString(task.resolve("comm")).strip();
    } catch (IOException e) {
      return "ended";
    }
  }
}
