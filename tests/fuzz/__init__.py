"""Whatever octets come in, a reader gives statements or a KnownError, in bounded time and memory."""
