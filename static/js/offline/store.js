// What a tablet keeps, for pages and for the service worker. IndexedDB holds nothing in clear: every row is locked with AES-GCM, what was
// taken along with the session key, what was written with the draft key of its person. Names of rows are hashes, owners random marks.
(function () {
  const STRICT = { durability: "strict" }; // written through to the disk before it counts as kept
  const bytes = new TextEncoder();
  const words = new TextDecoder();
  let opened = null;

  function database() {
    opened ??= self.idb
      .openDB("tablet", 1, {
        upgrade(made) {
          made.createObjectStore("packs", { keyPath: "id" });
          made.createObjectStore("keys", { keyPath: "id" });
          made.createObjectStore("drafts", { keyPath: "id" });
          made.createObjectStore("queue", { keyPath: "n", autoIncrement: true });
        },
        blocking(_now, _next, event) {
          event.target.close();
          opened = null;
        },
        terminated() {
          opened = null;
        },
      })
      .catch((problem) => {
        opened = null;
        throw problem;
      });
    return opened;
  }

  // Acts on one store, in one transaction that is on the disk when the promise is kept.
  async function change(name, act) {
    const transaction = (await database()).transaction(name, "readwrite", STRICT);
    const [found] = await Promise.all([act(transaction.store), transaction.done]);
    return found;
  }

  async function get(name, id) {
    return (await database()).get(name, id);
  }

  async function all(name) {
    return (await database()).getAll(name);
  }

  function fromBase64(value) {
    return Uint8Array.from(atob(value.replace(/-/g, "+").replace(/_/g, "/")), (each) => each.charCodeAt(0));
  }

  function keyOf(value) {
    return crypto.subtle.importKey("raw", fromBase64(value), "AES-GCM", false, ["encrypt", "decrypt"]);
  }

  // `name` is bound to the row: one row cannot be passed off as another.
  async function lock(key, name, value) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const how = { name: "AES-GCM", iv, additionalData: bytes.encode(name) };
    return { iv, box: await crypto.subtle.encrypt(how, key, bytes.encode(JSON.stringify(value))) };
  }

  async function unlock(key, name, row) {
    const how = { name: "AES-GCM", iv: row.iv, additionalData: bytes.encode(name) };
    return JSON.parse(words.decode(await crypto.subtle.decrypt(how, key, row.box)));
  }

  async function idOf(...parts) {
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes.encode(parts.join("\n"))));
    return Array.from(hash, (each) => each.toString(16).padStart(2, "0")).join("");
  }

  // The session key of the cookie; null when there is none or its time is over, by whatever clock the tablet has.
  async function session(cookie) {
    const [value, ends] = (cookie || "").split(".");
    if (!value || !(Number(ends) * 1000 > Date.now())) return null;
    return { key: await keyOf(value), ends: Number(ends) * 1000 };
  }

  // Deletes what was locked with a session key. What was written stays: it waits for its person. The school's own number stays too, and
  // what the server is still to hear about a lock.
  async function forget() {
    const transaction = (await database()).transaction(["packs", "keys"], "readwrite", STRICT);
    const keys = transaction.objectStore("keys");
    const locked = (await keys.getAllKeys()).filter((id) => id !== "office" && id !== "locked");
    await Promise.all([transaction.objectStore("packs").clear(), ...locked.map((id) => keys.delete(id)), transaction.done]);
  }

  async function forgetExpired() {
    const over = (await all("packs")).filter((row) => row.ends <= Date.now());
    if (over.length) await change("packs", (store) => Promise.all(over.map((row) => store.delete(row.id))));
  }

  // A page that was taken along, {html, headers, at}; null when it is not held or cannot be read any more.
  async function page(path, key) {
    const id = await idOf("page", path);
    const row = await get("packs", id);
    if (!row || row.ends <= Date.now()) return null;
    return unlock(key, id, row).catch(() => null);
  }

  // The visits that are held, without their pages.
  async function visits(key) {
    const rows = (await all("packs")).filter((row) => row.what === "visit" && row.ends > Date.now());
    const found = await Promise.all(rows.map((row) => unlock(key, row.id, row).catch(() => null)));
    return found.filter(Boolean);
  }

  // The pages of no visit that are held: {path, words}.
  async function alone(key) {
    const rows = (await all("packs")).filter((row) => row.what === "alone" && row.ends > Date.now());
    const found = await Promise.all(rows.map((row) => unlock(key, row.id, row).catch(() => null)));
    return found.filter(Boolean).map(({ path, words: called }) => ({ path, words: called }));
  }

  self.tabletStore = { change, get, all, keyOf, lock, unlock, idOf, session, forget, forgetExpired, page, visits, alone };
})();
