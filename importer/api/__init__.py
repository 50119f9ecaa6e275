"""The service, one request at a time: a request goes out, a verdict comes back. The only room that imports httpx."""
