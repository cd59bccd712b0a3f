package dev.fugitive.proxy.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Whether what is this user's secret can be read by this user alone. */
public final class KeyCheck {
  static final String NAME = "secrets";
  private static final Set<PosixFilePermission> OWNER =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  /** A file, and its permissions where the system has them. */
  public record Secret(Path file, Optional<Set<PosixFilePermission>> permissions) {}

  private KeyCheck() {}

  /** Looks at the files that are there. */
  public static List<Secret> look(List<Path> files) throws IOException {
    List<Secret> secrets = new ArrayList<>();
    for (Path file : files) {
      if (Files.exists(file)) {
        PosixFileAttributeView view =
            Files.getFileAttributeView(file, PosixFileAttributeView.class);
        secrets.add(
            new Secret(
                file,
                view == null
                    ? Optional.empty()
                    : Optional.of(view.readAttributes().permissions())));
      }
    }
    return secrets;
  }

  /** Judges them. */
  public static Finding judge(List<Secret> secrets) {
    for (Secret secret : secrets) {
      Set<PosixFilePermission> permissions = secret.permissions().orElse(Set.of());
      if (!OWNER.containsAll(permissions)) {
        return Finding.failed(
            NAME,
            secret.file()
                + " is open to others: "
                + PosixFilePermissions.toString(permissions)
                + " (expected: rw-------)",
            "chmod 600 '" + secret.file() + "'");
      }
    }
    return secrets.isEmpty()
        ? Finding.note(NAME, "this node has no key yet", "fugitive key")
        : Finding.ok(
            NAME, secrets.size() + (secrets.size() == 1 ? " file" : " files") + ", yours alone");
  }
}
