// Keeps the page for work without network, and its files. Nothing of anybody is ever in this cache.
"use strict";

importScripts(...self.KEPT.scripts);

const { version, shell, assets } = self.KEPT;
const CACHE = `lvyue-${version}`;

self.addEventListener("install", (event) => {
  // An address that names its version is always the same file: what the page has just loaded is not loaded again.
  const cache = (path) => (path.includes("?v=") ? "default" : "reload");
  const fresh = [shell, ...assets].map((path) => new Request(path, { cache: cache(path), credentials: "omit" }));
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll(fresh))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

// A page that cannot be had becomes the page for work without network, whatever was asked for or sent.
async function page(request) {
  try {
    return await fetch(request);
  } catch {
    return (await caches.open(CACHE)).match(shell);
  }
}

async function asset(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(request)) || fetch(request).catch(() => cache.match(request, { ignoreSearch: true }));
}

const paths = new Set(assets.map((path) => path.split("?")[0]));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (request.method === "GET" && paths.has(url.pathname)) event.respondWith(asset(request).then((answer) => answer || Response.error()));
});

// The browser wakes the worker when the network is back, also after the pages were closed.
self.addEventListener("sync", (event) => {
  if (event.tag !== "lvyue-send") return;
  event.waitUntil(
    Lvyue.send.all().then((result) => {
      if (result.why === "offline") throw new Error("still without network");
    }),
  );
});
