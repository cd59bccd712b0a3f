package dev.fugitive.examples

import dev.fugitive.client.fetch.FetchOptions
import dev.fugitive.client.fetch.FugitiveNode
import dev.fugitive.client.fetch.NodeSettings
import okhttp3.Request
import okio.BufferedSink

/** The library as a Kotlin program uses it. */
internal fun fetch(settings: NodeSettings, url: String, digest: String, sink: BufferedSink): String? =
    FugitiveNode.start(settings).use { node ->
        node.isOffline = false
        val request = FetchOptions.NONE.withIntegrity(digest).on(Request.Builder().url(url).build())
        node.client().newCall(request).execute().use { response ->
            response.body.source().readAll(sink)
            response.header("Fugitive-Source")
        }
    }
