// On the pages of signing in and out: without its key, what a tablet took along is deleted at once. What was written stays for its person,
// and the page says that something waits, not whose it is. Other tabs hear that somebody left (session.js).
(async function () {
  document.documentElement.dataset.entrance = "";
  if (self.BroadcastChannel) new BroadcastChannel("left").postMessage("");
  if (!self.indexedDB || !self.idb) return;
  const store = self.tabletStore;
  const key = document.cookie.split("; ").some((each) => each.startsWith("tablet_key="));
  if (!key) await store.forget();
  await self.tabletLock.tell();
  const waits = (await store.all("queue")).filter((row) => !row.answered).length + (await store.all("drafts")).length;
  const main = document.getElementById("main");
  if (!waits || !main) return;
  const note = document.createElement("p");
  note.className = "govuk-inset-text";
  note.textContent = "Something written on this device has not been sent yet. It is kept here, encrypted, and sent when whoever wrote it signs in.";
  main.append(note);
})().catch(() => null);
