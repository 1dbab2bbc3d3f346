// A page of no visit that is wanted without network too: [data-take-page] names it, data-take-words says how it is called there. It is locked
// with the session key like the pages of a visit, on a device that is touched, and goes when that key goes.
(function () {
  const store = self.tabletStore;
  const offline = self.offline;

  async function take({ takePage, takeWords }) {
    if (!offline.usable || offline.held || !matchMedia("(pointer: coarse)").matches) return;
    const { session } = await offline.keys();
    if (!session || !offline.reached || (await store.page(takePage, session.key))) return;
    const page = { ...(await offline.packs.fetched(takePage)), at: Date.now(), words: takeWords };
    const id = await store.idOf("page", takePage);
    const row = { id, of: id, what: "alone", ends: session.ends, ...(await store.lock(session.key, id, page)) };
    await store.change("packs", (packs) => packs.put(row));
  }

  const there = document.querySelector("[data-take-page]");
  const look = () => there && take(there.dataset).catch(() => null);
  document.addEventListener("offline:keys", look);
  look();
})();
