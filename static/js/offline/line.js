// The line that says how things stand: online or not, what is kept here, what was sent, and what cannot leave with the office's number.
// It also watches the session key: when it is gone, what was taken along is deleted at once.
(function () {
  const store = self.tabletStore;
  const offline = self.offline;
  const line = document.querySelector("[data-offline-line]");
  const WAITS_LONG = 60000; // ms after which something that waits is said to be unable to leave
  let tidied = 0;
  let key = offline.cookie("tablet_key");

  function clock(at) {
    return new Date(at).toLocaleTimeString("en-GB", { hour: "numeric", minute: "2-digit" });
  }

  // The answers of a page of the form are one thing, however many of its fields were written.
  function things(acts) {
    const pages = new Set(acts.map((act) => (act.kind === "answers" ? `${act.visit} ${act.data.section}` : act.token)));
    return pages.size === 1 ? "1 thing" : `${pages.size} things`;
  }

  // The school's number, for the page without network: it is on the school's letters, and no person's.
  async function keepOffice() {
    const { office, phone } = line.dataset;
    const known = await store.get("keys", "office");
    if (phone && (!known || known.phone !== phone || known.office !== office)) await store.change("keys", (keys) => keys.put({ id: "office", office, phone }));
  }

  // What was typed and not queued yet waits as well.
  function actsOf(draft) {
    return draft.acts.map((act) => ({ ...act, state: "waiting", happenedAt: new Date(draft.at).toISOString() }));
  }

  async function standing() {
    const all = offline.usable ? await offline.queue.list() : [];
    const typed = offline.usable ? (await offline.drafts.unsent()).flatMap(actsOf) : [];
    const waiting = [...all.filter((act) => act.state !== "refused"), ...typed];
    const refused = all.filter((act) => act.state === "refused");
    const others = offline.usable ? await offline.drafts.others() : 0;
    const sent = offline.usable ? await store.get("keys", "sent") : null;
    offline.sentAt = offline.sentAt || (sent && sent.at) || null;
    return { online: navigator.onLine && offline.reached, waiting, refused, others };
  }

  function words({ online, waiting, others }) {
    const parts = [];
    if (offline.says) parts.push(offline.says);
    if (offline.held) parts.push(`As it was at ${clock(Number(offline.held))}`);
    if (offline.savedAt) parts.push(`Saved here at ${clock(offline.savedAt)}`);
    if (waiting.length) parts.push(`${things(waiting)} waiting to be sent`);
    else if (offline.sentAt) parts.push(`Everything sent, last at ${clock(offline.sentAt)}`);
    if (!offline.usable && !online) parts.push("Nothing can be kept on this device: ring the office");
    if (others) parts.push("Something of another person waits here: it is sent when they sign in");
    return parts.join(" · ");
  }

  // What has waited long, or is not taken, cannot leave: the office hears it by telephone.
  function cannotLeave({ online, waiting }) {
    const long = waiting.filter((act) => act.stuck || !online || Date.now() - Date.parse(act.happenedAt) > WAITS_LONG);
    if (!long.length) return "";
    const why = long.find((act) => act.says);
    return `${things(long)} cannot leave now${why ? `. ${why.says}` : ""}. What cannot wait, ring through: `;
  }

  function set(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  function showRefused(refused) {
    const box = line.querySelector("[data-line-refused]");
    box.hidden = !refused.length;
    if (box.dataset.shows === refused.map((act) => act.token).join(" ")) return;
    box.dataset.shows = refused.map((act) => act.token).join(" ");
    const list = document.createElement("ul");
    box.replaceChildren(list);
    list.append(
      ...refused.map((act) => {
        const item = document.createElement("li");
        const button = document.createElement("button");
        Object.assign(button, { type: "button", className: "govuk-button govuk-button--secondary", textContent: "I have read it" });
        button.addEventListener("click", () => offline.queue.dismiss(act.token));
        const says = document.createElement("span");
        says.textContent = `Not done, said here at ${clock(Date.parse(act.happenedAt))}: ${act.says}${act.late ? " The office sees it." : ""}`;
        item.append(says, button);
        return item;
      }),
    );
  }

  async function look() {
    const now = await standing();
    if (line) {
      line.hidden = false;
      line.classList.toggle("line-state--off", !now.online);
      line.classList.toggle("line-state--waits", now.waiting.length > 0);
      set(line.querySelector("[data-line-word]"), now.online ? (offline.signedOut ? "Signed out" : "Online") : "No network");
      set(line.querySelector("[data-line-more]"), words(now));
      line.querySelector("[data-line-fresh]").hidden = !(offline.held && now.online && !offline.signedOut);
      const leave = cannotLeave(now);
      line.querySelector("[data-line-stuck]").hidden = !leave;
      set(line.querySelector("[data-line-why]"), leave);
      showRefused(now.refused);
    }
    const detail = {
      online: now.online, waiting: now.waiting.length, refused: now.refused.length, savedAt: offline.savedAt, sentAt: offline.sentAt,
    }; // prettier-ignore
    document.dispatchEvent(new CustomEvent("offline:state", { detail }));
  }

  async function watch() {
    const cookie = offline.cookie("tablet_key");
    if (offline.usable && cookie !== key) {
      key = cookie;
      if (!cookie) await store.forget();
      document.dispatchEvent(new CustomEvent("offline:keys"));
      offline.changed();
    }
    if (offline.usable && Date.now() > tidied + 60000) {
      tidied = Date.now();
      await store.forgetExpired();
    }
  }

  if (line) line.querySelector("[data-line-fresh]").addEventListener("click", () => location.reload());
  document.addEventListener("offline:look", look);
  window.addEventListener("online", () => {
    offline.reached = true;
    look();
  });
  window.addEventListener("offline", look);
  if (self.cookieStore) self.cookieStore.addEventListener("change", watch);
  setInterval(watch, 5000);
  setInterval(look, 15000);
  offline.ready.then(watch).then(look);
  if (line && offline.usable) keepOffice().catch(() => null);
  if (offline.usable && navigator.serviceWorker && line) navigator.serviceWorker.register("/sw.js", { scope: "/" }).catch(() => null);
})();
