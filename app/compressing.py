"""Answers go compressed to whoever takes it: a page over a slow network is a quarter as long.

Assets are compressed once, as well as gzip can, and kept; a page is compressed when it is made. The one
secret on a page, the token of its forms, is masked (:mod:`app.csrf`), and the cookie comes with no request
that another site makes, so its length tells nothing.
"""

from __future__ import annotations

import gzip
from functools import cache

from flask import Flask, Response, request

from app.headers import is_file

WORTH_IT = 600  # bytes; what is shorter fits a packet anyhow
TYPES = frozenset(
    {
        *("text/html", "text/css", "text/javascript", "application/javascript"),
        *("application/json", "image/svg+xml"),
    }
)
BEST, QUICK = 9, 6


def init_app(app: Flask) -> None:
    app.after_request(compress)


def compress(response: Response) -> Response:
    """Compress an answer that is text, if the browser takes it and nobody did so before."""
    if response.mimetype not in TYPES:
        return response
    response.vary.add("Accept-Encoding")
    asset = is_file(response)
    if (
        request.method != "GET"
        or response.status_code in (204, 206, 304)
        or "Content-Encoding" in response.headers
        or request.accept_encodings.quality("gzip") == 0
        or (response.is_streamed and not asset)
    ):
        return response
    response.direct_passthrough = False
    content = response.get_data()
    if len(content) < WORTH_IT:
        return response
    response.set_data(best(content) if asset else gzip.compress(content, QUICK, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    etag, _ = response.get_etag()
    if etag:
        response.set_etag(etag, weak=True)  # the same content, in other bytes
    return response


@cache
def best(content: bytes) -> bytes:
    """Return an asset compressed; there are only as many as there are files and versions of them."""
    return gzip.compress(content, BEST, mtime=0)
