package dev.fugitive.examples

import dev.fugitive.client.fetch.IntegrityException
import dev.fugitive.client.fetch.NodeSettings
import java.nio.file.Files
import java.nio.file.Path
import mockwebserver3.MockResponse
import mockwebserver3.MockWebServer
import okio.Buffer
import okio.ByteString.Companion.encodeUtf8
import org.assertj.core.api.Assertions.assertThat
import org.assertj.core.api.Assertions.assertThatThrownBy
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.Test

/** Kotlin programs compile against the library without a warning, and get what was proven. */
internal class KotlinEmbeddingTest {
    private val origin = MockWebServer()
    private val digest = "sha256-" + "one".encodeUtf8().sha256().base64()

    @BeforeEach
    fun start() = origin.start()

    @AfterEach
    fun close() = origin.close()

    @Test
    fun theBodyIsReadAndItsSourceIsTold() {
        val sink = Buffer()

        assertThat(fetchOf("one", sink)).contains("origin=3")
        assertThat(sink.readUtf8()).isEqualTo("one")
    }

    @Test
    fun anotherBodyIsRefused() {
        assertThatThrownBy { fetchOf("two", Buffer()) }.isInstanceOf(IntegrityException::class.java)
    }

    @Test
    fun thePageQuotesTheExampleAsItIs() {
        val root = Path.of(System.getProperty("fugitive.root"))
        val page = Files.readString(root.resolve("docs/embedding.md"))
        val source = Files.readString(root.resolve("client-lib/src/test/kotlin/dev/fugitive/examples/KotlinEmbedding.kt"))

        assertThat(page).contains("```kotlin\n" + source.substringAfter("BufferedSink): String? =\n").trimIndent() + "\n```")
    }

    private fun fetchOf(body: String, sink: Buffer): String? {
        origin.enqueue(MockResponse.Builder().body(body).build())
        return fetch(NodeSettings.inMemory(), origin.url("/a").toString(), digest, sink)
    }
}
