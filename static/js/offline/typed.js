// Answers that were typed and left before they were queued: a page that was left at once, a browser that was killed. Each page takes them up,
// unless it holds their very form, which does so itself.
(function () {
  const offline = self.offline;
  const STILL = 3000; // ms since the last key: before, the page on which it is typed may be open beside this one
  let timer = 0;

  function isHere(key) {
    return Boolean(document.querySelector(`form[data-answers][data-draft="${CSS.escape(key)}"]`));
  }

  async function takeUp() {
    await offline.ready;
    let young = false;
    const queued = new Set((await offline.queue.list()).map((act) => act.token));
    for (const one of await offline.drafts.unsent()) {
      if (isHere(one.key)) continue;
      if (Date.now() - one.at < STILL) {
        young = true;
        continue;
      }
      for (const act of one.acts.filter((each) => !queued.has(each.token))) await offline.queue.put({ ...act, happenedAt: one.at });
      const now = await offline.drafts.read(one.key);
      if (now && now.at === one.at) await offline.drafts.remove(one.key);
    }
    clearTimeout(timer);
    if (young) timer = setTimeout(go, STILL);
  }

  // One page at a time; the acts have tokens, so that one that is queued twice is done once.
  function go() {
    if (offline.usable) navigator.locks.request("tablet-typed", takeUp).catch(() => null);
  }

  window.addEventListener("pageshow", go);
  window.addEventListener("online", go);
  document.addEventListener("offline:keys", go);
})();
