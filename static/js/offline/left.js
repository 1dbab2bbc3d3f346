// On the pages of signing in and out: without its key, what a tablet took along is deleted at once. What was written stays for its person.
(function () {
  const key = document.cookie.split("; ").some((each) => each.startsWith("tablet_key="));
  if (!key && self.indexedDB && self.idb) self.tabletStore.forget().catch(() => null);
})();
