// The service worker: static files from their cache, pages from the network, and without network a page that was taken along, unlocked with
// the session key of the cookie. It keeps no page itself. `SHELL` (files, offline, version, static) stands above, written by the server.
const FILES = `files-${SHELL.version}`;
const PATIENCE = 4000; // ms: a doorstep with one bar of signal is no reason to look at a white page

self.addEventListener("install", (event) => {
  event.waitUntil(keepFiles().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(dropOldFiles().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(navigate(event, url));
  else if (request.method === "GET" && url.pathname.startsWith(SHELL.static)) event.respondWith(file(request, url));
});

async function keepFiles() {
  const cache = await caches.open(FILES);
  const one = async (address) => {
    const answer = await fetch(address, { credentials: "omit", cache: "no-cache" });
    if (answer.ok) await cache.put(address, answer);
  };
  await one(SHELL.offline);
  await Promise.allSettled(SHELL.files.map(one));
}

async function dropOldFiles() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== FILES).map((name) => caches.delete(name)));
}

// A name with a fingerprint never changes what it stands for; any other is asked for afresh while there is network.
async function file(request, url) {
  const cache = await caches.open(FILES);
  const kept = await cache.match(url.pathname);
  if (kept && /\.[0-9a-f]{12}\.\w+$/.test(url.pathname)) return kept;
  if (!kept) return fetch(request);
  const asked = fetch(request).catch(() => null);
  return (await Promise.race([asked, after(PATIENCE)])) || kept;
}

async function navigate(event, url) {
  const locked = await self.tabletLock.waiting();
  const leaves = locked && event.request.method === "POST" && url.pathname === locked.to;
  if (locked && !leaves && !(await self.tabletLock.tell())) return offlinePage();
  const asked = fetch(event.request);
  if (leaves) return leave(asked);
  event.waitUntil(asked.then(hear, () => null));
  const first = await Promise.race([asked.catch(() => "failed"), after(PATIENCE)]);
  const gone = first === "failed" || (first && [502, 503, 504].includes(first.status));
  if (first && !gone) return first;
  const held = event.request.method === "GET" ? await heldPage(url) : null;
  if (held) return held;
  if (first && first !== "failed") return first;
  return (gone ? null : await asked.catch(() => null)) || offlinePage();
}

// Lock and Sign out: what the server has taken need not be told again.
async function leave(asked) {
  const answer = await asked.catch(() => null);
  if (!answer || [502, 503, 504].includes(answer.status)) return offlinePage();
  if (answer.ok || answer.type === "opaqueredirect") await self.tabletLock.heard();
  return answer;
}

// Every answer may have taken the key away: signed out, timed out, taken back.
async function hear() {
  if (self.cookieStore && !(await keyCookie())) await self.tabletStore.forget();
  else await self.tabletStore.forgetExpired();
}

async function keyCookie() {
  const found = self.cookieStore ? await self.cookieStore.get("tablet_key") : null;
  return found ? found.value : "";
}

async function heldPage(url) {
  const session = await self.tabletStore.session(await keyCookie());
  const page = session && (await self.tabletStore.page(url.pathname, session.key));
  if (!page) return null;
  const headers = { ...page.headers, "content-type": "text/html; charset=utf-8", "cache-control": "no-store" };
  return new Response(page.html.replace("<html", `<html data-held="${page.at}"`), { headers });
}

async function offlinePage() {
  const cache = await caches.open(FILES);
  return (await cache.match(SHELL.offline)) || Response.error();
}

function after(time) {
  return new Promise((done) => setTimeout(done, time, null));
}
