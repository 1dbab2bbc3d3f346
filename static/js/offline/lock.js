// Locking, and signing out, without network: for pages and for the service worker. The key goes from this tablet at once, with all that it
// opens; the row `locked` remembers what the server is still to be told. Until it has heard it, no page opens here.
(function () {
  const store = self.tabletStore;
  const PATIENCE = 4000; // ms to wait for the server
  const WAYS = ["/accounts/lock/", "/accounts/logout/"];

  // {to, csrf} of what the server has not heard yet; nothing personal, for it lies in clear.
  async function waiting() {
    return (await store.get("keys", "locked").catch(() => null)) || null;
  }

  async function begin(to, csrf) {
    if (!WAYS.includes(to)) throw new Error("No way out.");
    await store.change("keys", (keys) => keys.put({ id: "locked", to, csrf }));
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `tablet_key=; path=/; max-age=0; samesite=strict${secure}`;
    await store.forget();
  }

  async function heard() {
    await store.change("keys", (keys) => keys.delete("locked"));
  }

  // Whether the server knows. Where it does not take the token, somebody has signed in since: that sign-in is not the one that was locked.
  async function tell() {
    const row = await waiting();
    if (!row) return true;
    const headers = { "X-CSRFToken": row.csrf };
    const how = { method: "POST", headers, redirect: "manual", cache: "no-store", credentials: "same-origin", referrer: "/" };
    const answer = await fetch(row.to, { ...how, signal: AbortSignal.timeout(PATIENCE) }).catch(() => null);
    if (!answer || answer.status >= 500) return false;
    await heard();
    return true;
  }

  self.tabletLock = { waiting, begin, heard, tell };
})();
