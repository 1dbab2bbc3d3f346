// On the page without network: the visits that can be opened, and the office's number, from what was taken along. Where the service worker
// cannot read the cookie, the page that was meant is put here. A tablet that was locked says so, and tells the server as soon as it can.
(function () {
  const store = self.tabletStore;
  const offline = self.offline;
  const AGAIN = 15000; // ms between two tries to reach the server
  const one = (name) => document.querySelector(`[data-away-${name}]`);

  async function meant() {
    const session = await store.session(offline.cookie("tablet_key"));
    const page = session && location.pathname !== "/offline/" ? await store.page(location.pathname, session.key) : null;
    if (!page || self.cookieStore) return false;
    document.open();
    document.write(page.html.replace("<html", `<html data-held="${page.at}"`));
    document.close();
    return true;
  }

  async function tell() {
    if (await self.tabletLock.tell()) location.replace("/accounts/lock/");
  }

  async function isLocked() {
    const row = await self.tabletLock.waiting();
    if (!row) return false;
    document.title = "Locked";
    one("title").textContent = row.to === "/accounts/logout/" ? "This tablet is closed" : "This tablet is locked";
    one("locked").hidden = false;
    one("unfetched").hidden = true;
    window.addEventListener("online", tell);
    setInterval(tell, AGAIN);
    return true;
  }

  async function show() {
    if (!offline.usable) return;
    if (await isLocked()) return showOffice([]);
    if (await meant()) return;
    const held = await offline.packs.visits();
    one("visits").hidden = !held.length;
    one("none").hidden = held.length > 0;
    one("list").replaceChildren(...held.map((visit) => choice(visit.url, visit.words || "The visit")));
    const session = await store.session(offline.cookie("tablet_key"));
    const others = session ? await store.alone(session.key) : [];
    one("others").hidden = !others.length;
    one("others").replaceChildren(...others.map((page) => choice(page.path, page.words)));
    await showOffice(held);
  }

  function choice(url, called) {
    const [item, link, words] = ["li", "a", "b"].map((name) => document.createElement(name));
    link.href = url;
    words.textContent = called;
    link.append(words);
    item.append(link);
    return item;
  }

  async function showOffice(held) {
    const office = held.find((visit) => visit.phone) || (await store.get("keys", "office"));
    one("office").hidden = !office;
    if (office) Object.assign(one("phone"), { href: `tel:${office.phone}`, textContent: office.office || office.phone });
  }

  one("again").href = location.href;
  show();
})();
