// What is being written, kept at every change: `offline.drafts.put(key, data)`, `.get(key)`, `.remove(key)`. Locked with the draft key of
// the person; the name of a row is a hash of owner and key.
(function () {
  const store = self.tabletStore;
  const offline = self.offline;

  async function mine() {
    const keys = await offline.ready;
    return keys.draft ? keys : offline.keys();
  }

  async function named(keys, key) {
    return store.idOf("draft", keys.owner, key);
  }

  offline.savedAt = null;
  offline.drafts = {
    // Kept on the disk when the promise is; false where nothing can be kept (no key yet, no secure page).
    async put(key, data, more = {}) {
      const keys = await mine();
      if (!keys.draft) return false;
      const [id, at] = [await named(keys, key), Date.now()];
      const row = { id, owner: keys.owner, ...(await store.lock(keys.draft, id, { key, data, at, ...more })) };
      await store.change("drafts", (drafts) => drafts.put(row));
      offline.savedAt = at;
      offline.changed();
      return true;
    },

    // {data, at, sent} or null.
    async read(key) {
      const keys = await mine();
      if (!keys.draft) return null;
      const id = await named(keys, key);
      const row = await store.get("drafts", id);
      return row ? store.unlock(keys.draft, id, row).catch(() => null) : null;
    },

    async get(key) {
      const found = await offline.drafts.read(key);
      return found ? found.data : null;
    },

    async remove(key) {
      const keys = await mine();
      if (!keys.draft) return;
      const id = await named(keys, key);
      await store.change("drafts", (drafts) => drafts.delete(id));
      offline.changed();
    },

    // The drafts of answers, {key, data, at, acts}: each of `acts` is what the queue takes.
    async unsent() {
      const keys = await mine();
      if (!keys.draft) return [];
      const own = (await store.all("drafts")).filter((row) => row.owner === keys.owner);
      const found = await Promise.all(own.map((row) => store.unlock(keys.draft, row.id, row).catch(() => null)));
      return found.filter((one) => one && one.acts);
    },

    // How many rows of other people wait here.
    async others() {
      const rows = [...(await store.all("drafts")), ...(await store.all("queue"))];
      return rows.filter((row) => row.owner !== offline.mine.owner && !row.answered).length;
    },
  };
})();
