package dev.fugitive.cache.http;

/** A response without its body, as the origin sent it: status code, reason phrase, fields. */
public record ResponseHead(int status, String reason, Fields fields) {}
