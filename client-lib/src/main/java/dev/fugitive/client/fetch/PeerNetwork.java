package dev.fugitive.client.fetch;

import dev.fugitive.client.mesh.Mesh;
import dev.fugitive.client.routing.Routing;
import dev.fugitive.client.transfer.Downloads;
import dev.fugitive.client.transfer.upload.Uploads;

/** All that reaches peers; a node without it is a caching client of origins. */
record PeerNetwork(Mesh mesh, Routing routing, Downloads downloads, Uploads uploads) {}
