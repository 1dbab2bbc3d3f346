// Whose tablet this is now: the session key from its cookie, the draft key from the server or, without network, from the tablet, where it
// lies locked with the session key. `offline.keys()` answers {owner, draft, session}; draft is null when nothing can be kept.
(function () {
  const store = self.tabletStore;
  const signedIn = document.querySelector('meta[name="signed-in"]');
  const offline = {
    // Browsers do all this only on https, and on the machine itself.
    usable: Boolean(self.isSecureContext && self.indexedDB && self.crypto && crypto.subtle && navigator.locks && self.idb),
    held: document.documentElement.dataset.held || "", // when the page was taken along, if it comes from there
    person: signedIn ? signedIn.content : "",
    // Whether the last question to the server was answered; a page that was taken along is shown because one was not.
    reached: navigator.onLine && !document.documentElement.dataset.held,
    signedOut: false,
    says: "", // why there are no keys
  };
  const mine = { owner: "", draft: null, session: null };
  offline.mine = mine;
  let asked = 0;

  offline.cookie = (name) => {
    const found = document.cookie.split("; ").find((each) => each.startsWith(`${name}=`));
    return found ? found.slice(name.length + 1) : "";
  };

  // A question to the server that never follows to a sign-in page. `byPerson`: somebody sits there, which keeps the session alive.
  offline.ask = async (url, options = {}, byPerson = false) => {
    const headers = { "HX-Request": "true", "X-CSRFToken": offline.cookie("csrftoken"), ...options.headers };
    if (!byPerson) headers["X-Live"] = "1";
    try {
      const how = { cache: "no-store", redirect: "manual", credentials: "same-origin", signal: AbortSignal.timeout(20000) };
      const answer = await fetch(url, { ...how, ...options, headers });
      offline.reached = answer.status < 500;
      const out = answer.status === 401;
      if (out && !offline.signedOut) document.dispatchEvent(new CustomEvent("session:out"));
      offline.signedOut = out;
      return answer;
    } catch {
      offline.reached = false;
      return null;
    } finally {
      offline.changed();
    }
  };

  // Whether the server answers now.
  offline.there = async () => {
    const page = offline.person && navigator.onLine ? await offline.ask(signedIn.dataset.url, {}, true) : null;
    return Boolean(page && page.status < 500);
  };

  let telling = 0;
  offline.changed = () => {
    if (telling) return;
    telling = setTimeout(() => {
      telling = 0;
      document.dispatchEvent(new CustomEvent("offline:look"));
    });
  };

  async function kept(session) {
    const row = await store.get("keys", "draft");
    const found = row && (await store.unlock(session.key, `draft ${row.owner}`, row).catch(() => null));
    return found ? { owner: row.owner, raw: found.key } : null;
  }

  async function fromServer(byPerson) {
    if (!offline.person || (!byPerson && Date.now() - asked < 10000)) return null;
    asked = Date.now();
    const marks = new Set([...(await store.all("drafts")), ...(await store.all("queue"))].map((row) => row.owner));
    const body = new URLSearchParams([["person", offline.person], ...[...marks].map((mark) => ["mark", mark])]);
    const answer = await offline.ask("/tablet/keys/", { method: "POST", body }, byPerson);
    if (!answer) return null;
    const said = answer.ok || answer.status === 403 || answer.status === 409 ? await answer.json().catch(() => ({})) : {};
    offline.says = said.says || "";
    const session = answer.ok ? await store.session(offline.cookie("tablet_key")) : null;
    if (!session) return null;
    const row = { id: "draft", owner: said.owner, ...(await store.lock(session.key, `draft ${said.owner}`, { key: said.draft_key })) };
    await store.change("keys", (keys) => keys.put(row));
    await adopt(said).catch(() => null);
    return { session, owner: said.owner, raw: said.draft_key };
  }

  // What the same person wrote here before the browser forgot which tablet it is comes under the key that holds now.
  async function adopt(said) {
    const to = await store.keyOf(said.draft_key);
    for (const [owner, raw] of Object.entries(said.older || {})) {
      const from = await store.keyOf(raw);
      for (const row of (await store.all("queue")).filter((each) => each.owner === owner)) {
        const act = await store.unlock(from, `queue ${owner}`, row);
        const again = { n: row.n, owner: said.owner, ...(await store.lock(to, `queue ${said.owner}`, act)) };
        await store.change("queue", (queue) => queue.put(again));
      }
      for (const row of (await store.all("drafts")).filter((each) => each.owner === owner)) {
        const draft = await store.unlock(from, row.id, row);
        const id = await store.idOf("draft", said.owner, draft.key);
        const again = { id, owner: said.owner, ...(await store.lock(to, id, draft)) };
        await store.change("drafts", (drafts) => Promise.all([drafts.put(again), drafts.delete(row.id)]));
      }
    }
  }

  async function open(byPerson) {
    if (await self.tabletLock.waiting()) return { ...mine, session: null }; // locked here: the server must not give a new key before it hears of it
    const session = await store.session(offline.cookie("tablet_key"));
    if (!session) await store.forget();
    const found = (session && (await kept(session))) || (await fromServer(byPerson));
    mine.session = (found && found.session) || session;
    // What a page wrote stays locked with the key it began with, whoever has signed in elsewhere meanwhile.
    if (found && !mine.draft) {
      mine.owner = found.owner;
      mine.draft = await store.keyOf(found.raw);
    }
    if (found && found.owner !== mine.owner) mine.session = null;
    return { ...mine };
  }

  // One page of the tablet at a time: two that ask at once would each get a key, and one of them would be dead.
  offline.keys = async (byPerson = false) => {
    if (!offline.usable) return { ...mine };
    return navigator.locks.request("tablet-keys", () => open(byPerson)).catch(() => ({ ...mine }));
  };
  offline.ready = offline.keys(true);
  self.offline = offline;
})();
