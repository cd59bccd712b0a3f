package dev.fugitive.client.manifest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.fugitive.cache.content.ContentId;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Manifests and their parts as JSON:
 *
 * <pre>
 *   {"version": 1, "made": "2026-11-21T05:00:00Z", "chunk": 16384,
 *    "files": {"/app.js": {"length": 70000, "root": "…base64…", "sha256": "…base64…"}}}
 *   {"version": 1, "made": "…", "chunk": 16384, "digits": 2, "parts": "5f2a…"}
 * </pre>
 *
 * <p>A file whose chunks' hashes are published has {@code "leaves": true}. Members that are not
 * known are skipped. Whatever is read is bounded: bytes, nesting, files, lengths of text.
 */
public final class ManifestCodec {
  /** Bytes of one document. */
  public static final int MAX_BYTES = 4 << 20;

  /** Files of one document. */
  static final int MAX_FILES = 20_000;

  private static final int VERSION = 1;
  private static final int MAX_PATH_LENGTH = 8 * 1024;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxDocumentLength(MAX_BYTES)
                  .maxNestingDepth(8)
                  .maxStringLength(MAX_PATH_LENGTH)
                  .maxNameLength(MAX_PATH_LENGTH)
                  .maxNumberLength(20)
                  .build())
          .build();

  private ManifestCodec() {}

  /** Writes a manifest, or a part where it has no parts of its own. */
  public static void write(SiteManifest manifest, OutputStream to) throws IOException {
    try (JsonGenerator json = JSON.createGenerator(to)) {
      json.writeStartObject();
      json.writeNumberField("version", VERSION);
      json.writeStringField("made", manifest.made().toString());
      json.writeNumberField("chunk", ContentId.CHUNK_BYTES);
      if (manifest.partDigits() > 0) {
        json.writeNumberField("digits", manifest.partDigits());
        json.writeStringField("parts", manifest.version());
      } else {
        json.writeObjectFieldStart("files");
        for (Map.Entry<String, ManifestEntry> file : new TreeMap<>(manifest.files()).entrySet()) {
          write(file.getKey(), file.getValue(), json);
        }
        json.writeEndObject();
      }
      json.writeEndObject();
    }
  }

  private static void write(String path, ManifestEntry entry, JsonGenerator json)
      throws IOException {
    json.writeObjectFieldStart(path);
    json.writeNumberField("length", entry.content().length());
    json.writeStringField("root", entry.content().root().base64());
    json.writeStringField("sha256", entry.sha256().base64());
    if (entry.leavesPublished()) {
      json.writeBooleanField("leaves", true);
    }
    json.writeEndObject();
  }

  /** Reads a manifest or a part. */
  public static SiteManifest read(InputStream from) throws IOException {
    try (JsonParser json = JSON.createParser(from)) {
      expect(json.nextToken(), JsonToken.START_OBJECT);
      SiteManifest manifest = new Document().read(json);
      if (json.nextToken() != null) {
        throw new MalformedManifestException("manifest: more than one value");
      }
      return manifest;
    } catch (JsonProcessingException | IllegalArgumentException | DateTimeParseException e) {
      throw new MalformedManifestException("manifest: " + e.getMessage(), e);
    }
  }

  private static void expect(@Nullable JsonToken found, JsonToken expected)
      throws MalformedManifestException {
    if (found != expected) {
      throw new MalformedManifestException(
          "manifest: %s (expected: %s)".formatted(found, expected));
    }
  }

  private static long number(JsonParser json) throws IOException {
    expect(json.currentToken(), JsonToken.VALUE_NUMBER_INT);
    return json.getLongValue();
  }

  private static String text(JsonParser json) throws IOException {
    expect(json.currentToken(), JsonToken.VALUE_STRING);
    return json.getText();
  }

  private static ByteString hash(JsonParser json) throws IOException {
    String text = text(json);
    ByteString hash = ByteString.decodeBase64(text);
    if (hash == null || hash.size() != ContentId.ROOT_BYTES) {
      throw new MalformedManifestException(
          "hash: %s (expected: %d bytes in base64)".formatted(text, ContentId.ROOT_BYTES));
    }
    return hash;
  }

  /** The members of a document, as they are read. */
  private static final class Document {
    private final Map<String, ManifestEntry> files = new HashMap<>();
    private @Nullable Instant made;
    private long version;
    private long chunkBytes;
    private int digits;
    private String parts = "";

    SiteManifest read(JsonParser json) throws IOException {
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String member = json.currentName();
        json.nextToken();
        switch (member) {
          case "version" -> version = number(json);
          case "made" -> made = Instant.parse(text(json));
          case "chunk" -> chunkBytes = number(json);
          case "digits" -> digits = Math.toIntExact(Math.clamp(number(json), -1, 100));
          case "parts" -> parts = folder(text(json));
          case "files" -> readFiles(json);
          default -> json.skipChildren();
        }
      }
      return manifest();
    }

    private SiteManifest manifest() throws MalformedManifestException {
      Instant when = made;
      if (version != VERSION || when == null) {
        throw new MalformedManifestException(
            "manifest version: %d, made: %s (expected: %d, a time)"
                .formatted(version, when, VERSION));
      }
      if (chunkBytes != ContentId.CHUNK_BYTES) {
        throw new MalformedManifestException(
            "chunk bytes: %d (expected: %d)".formatted(chunkBytes, ContentId.CHUNK_BYTES));
      }
      return new SiteManifest(when, digits, parts, files);
    }

    private static String folder(String name) throws MalformedManifestException {
      if (!name.matches("[0-9a-f]{16,64}")) {
        throw new MalformedManifestException(
            "parts: %s (expected: 16 to 64 hexadecimal digits)".formatted(name));
      }
      return name;
    }

    private void readFiles(JsonParser json) throws IOException {
      expect(json.currentToken(), JsonToken.START_OBJECT);
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String path = json.currentName();
        if (files.size() == MAX_FILES || !path.startsWith("/")) {
          throw new MalformedManifestException(
              "file %d: %s (expected: a path, at most %d of them)"
                  .formatted(files.size() + 1, path, MAX_FILES));
        }
        expect(json.nextToken(), JsonToken.START_OBJECT);
        files.put(path, entry(json));
      }
    }

    private static ManifestEntry entry(JsonParser json) throws IOException {
      long length = -1;
      ByteString root = ByteString.EMPTY;
      ByteString sha256 = ByteString.EMPTY;
      boolean leaves = false;
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String member = json.currentName();
        json.nextToken();
        switch (member) {
          case "length" -> length = number(json);
          case "root" -> root = hash(json);
          case "sha256" -> sha256 = hash(json);
          case "leaves" -> leaves = json.currentToken() == JsonToken.VALUE_TRUE;
          default -> json.skipChildren();
        }
      }
      return new ManifestEntry(new ContentId(root, length), sha256, leaves);
    }
  }
}
