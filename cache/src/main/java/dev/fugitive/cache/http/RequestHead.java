package dev.fugitive.cache.http;

/** A request without its body: method, absolute URL without fragment, fields. */
public record RequestHead(String method, String url, Fields fields) {}
