// What was done and is on its way: kept first, then sent, in order, one sending at a time in the whole browser. A row is deleted only when
// the server has answered for its token; an answer that was lost is asked for again with the same token, and changes nothing twice.
(function () {
  const store = self.tabletStore;
  const offline = self.offline;
  const AT_ONCE = 10;
  const EVERY = 15000;
  const JUST_NOW = 10000; // ms, as visits/heard.py has it
  const stuck = new Map(); // n -> what the server said that does not take it; asked again by the next page
  const moving = new Set();
  let sending = null;
  let more = false;
  offline.sentAt = null;

  async function mine() {
    const keys = await offline.ready;
    return keys.draft ? keys : offline.keys();
  }

  async function locked(keys, act) {
    return { owner: keys.owner, ...(await store.lock(keys.draft, `queue ${keys.owner}`, act)) };
  }

  async function rows() {
    const keys = await mine();
    if (!keys.draft) return [];
    const own = (await store.all("queue")).filter((row) => row.owner === keys.owner);
    const open = async (row) => ({ ...(await store.unlock(keys.draft, `queue ${keys.owner}`, row)), n: row.n });
    return (await Promise.all(own.map((row) => open(row).catch(() => null)))).filter(Boolean);
  }

  function addressOf(visit) {
    const school = location.pathname.match(/^\/s\/[^/]+\//);
    return school ? `${school[0]}visits/${visit}/sync/` : "";
  }

  // Kept on the disk when the promise is; then it is sent. Answers with its token.
  async function put({ visit, kind, data, happenedAt, token, url }) {
    const keys = await mine();
    if (!keys.draft) throw new Error(offline.says || "Nothing can be kept on this device.");
    const at = new Date(happenedAt || Date.now());
    const act = { token: token || crypto.randomUUID(), kind, visit: String(visit), data, happenedAt: at.toISOString(), url: url || addressOf(visit) };
    const row = await locked(keys, act);
    await store.change("queue", (queue) => queue.add(row));
    // Asked once something matters: a browser short of room deletes what nobody asked it to keep.
    if (navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(() => false);
    offline.savedAt = Date.now();
    offline.changed();
    flush(true);
    return act.token;
  }

  function flush(byPerson = false) {
    if (!offline.usable) return Promise.resolve();
    if (sending) {
      more = true;
      return sending;
    }
    sending = navigator.locks
      .request("tablet-queue", () => sendAll(byPerson))
      .catch(() => null)
      .finally(() => {
        sending = null;
        moving.clear();
        offline.changed();
        if (more) {
          more = false;
          flush();
        }
      });
    return sending;
  }

  async function sendAll(byPerson) {
    for (;;) {
      const waiting = (await rows()).filter((act) => !act.refused && !stuck.has(act.n));
      if (!waiting.length) return;
      const keys = await offline.keys(byPerson);
      if (!keys.session && offline.person) return; // signed out, or somebody else is signed in: it waits for its person
      const first = waiting[0];
      const batch = waiting.filter((act) => act.url === first.url).slice(0, AT_ONCE);
      if (!(await send(batch, keys, byPerson))) return;
    }
  }

  // Whether to go on.
  async function send(batch, keys, byPerson) {
    batch.forEach((act) => moving.add(act.token));
    offline.changed();
    const acts = batch.map((act) => ({ token: act.token, kind: act.kind, happened_at: act.happenedAt, data: act.data }));
    const body = JSON.stringify({ sent_at: new Date().toISOString(), acts });
    const headers = { "Content-Type": "application/json", "X-Tablet-Owner": keys.owner };
    const answer = await offline.ask(batch[0].url, { method: "POST", headers, body }, byPerson);
    batch.forEach((act) => moving.delete(act.token));
    // The server is not there (502 to 504), or the person is not signed in: later. Anything else is about one act: the others go on, for
    // a call for help must not wait behind something that the server stumbles over.
    if (!answer || answer.status > 500 || answer.status === 401 || answer.type === "opaqueredirect") return false;
    if (!answer.ok) return batch.length > 1 ? send(batch.slice(0, 1), keys, byPerson) : notTaken(batch[0], answer.status);
    const said = await answer.json().catch(() => null);
    return Boolean(said && Array.isArray(said.acts)) && settle(batch, said, keys);
  }

  function notTaken(act, status) {
    stuck.set(act.n, `The server does not take it (${status}).`);
    return true;
  }

  async function settle(batch, said, keys) {
    let any = false;
    for (const act of batch) {
      const answer = said.acts.find((each) => each.token === act.token);
      if (!answer || !["done", "again", "refused"].includes(answer.state)) continue;
      any = true;
      const { n, ...kept } = act;
      if (answer.state === "refused") {
        const late = Date.now() - Date.parse(act.happenedAt) > JUST_NOW; // then the server has kept it, and told the office
        const refused = { ...kept, refused: true, late, says: answer.says || "", clause: answer.clause || "" };
        const row = { ...(await locked(keys, refused)), n, answered: 1 };
        await store.change("queue", (queue) => queue.put(row));
      } else await store.change("queue", (queue) => queue.delete(n));
      offline.sentAt = Date.now();
      const detail = { token: act.token, kind: act.kind, visit: act.visit, data: act.data, answer, page: said.page };
      document.dispatchEvent(new CustomEvent("offline:sent", { detail }));
    }
    if (any) await store.change("keys", (kept) => kept.put({ id: "sent", at: offline.sentAt }));
    return any;
  }

  async function list(visit) {
    const all = (await rows()).filter((act) => visit === undefined || act.visit === String(visit));
    return all.map(({ token, kind, data, happenedAt, visit: of, refused, late, says, n }) => {
      const state = refused ? "refused" : moving.has(token) ? "sending" : "waiting";
      return { token, kind, data, happenedAt, visit: of, state, late, stuck: stuck.has(n), says: says || stuck.get(n) || "" };
    });
  }

  // A refused act that its person has read about: the server keeps it too.
  async function dismiss(token) {
    const act = (await rows()).find((each) => each.token === token && each.refused);
    if (act) await store.change("queue", (queue) => queue.delete(act.n));
    offline.changed();
  }

  offline.queue = { put, list, dismiss, flush, addressOf };

  // iPad Safari sends nothing in the background: every way back to the page is taken.
  const back = () => {
    if (!document.hidden) flush();
  };
  offline.ready.then(back);
  window.addEventListener("online", back);
  window.addEventListener("pageshow", back);
  document.addEventListener("visibilitychange", back);
  setInterval(async () => {
    if (document.hidden || !offline.usable) return;
    if ((await list()).some((act) => act.state === "waiting")) flush();
    else if (!offline.reached && offline.person) look();
  }, EVERY);

  function look() {
    return offline.ask(document.querySelector('meta[name="signed-in"]').dataset.url);
  }
  if (offline.held && navigator.onLine && offline.person) look();
})();
