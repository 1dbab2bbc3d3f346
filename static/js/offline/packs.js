// Taking a visit along: [data-pack] holds its number, data-pack-url where to ask for it, data-pack-words how to call it without network.
// The pages that the server names are fetched and locked with the session key; nothing is kept of a visit of which one page is missing.
(function () {
  const store = self.tabletStore;
  const offline = self.offline;
  const HEADERS = ["content-security-policy", "referrer-policy", "permissions-policy", "cross-origin-opener-policy", "x-frame-options"];
  const tried = new Set();

  async function ask(url) {
    const answer = await offline.ask(url, { method: "POST" }, true);
    if (answer && answer.status === 409) {
      await offline.keys(true);
      return offline.ask(url, { method: "POST" }, true);
    }
    return answer;
  }

  async function fetched(path) {
    const answer = await offline.ask(path, { headers: { "HX-Request": "false", Accept: "text/html" } }, true);
    if (!answer || answer.status !== 200) throw new Error("A page of the visit could not be fetched.");
    const headers = Object.fromEntries(HEADERS.filter((name) => answer.headers.has(name)).map((name) => [name, answer.headers.get(name)]));
    return { path, html: await answer.text(), headers };
  }

  async function take(box) {
    if (!offline.usable) throw new Error("This browser cannot keep a visit.");
    const keys = await offline.keys(true);
    if (!keys.session) throw new Error(offline.says || "There is no key for this tablet now. Try again when there is network.");
    const answer = await ask(box.dataset.packUrl);
    if (!answer) throw new Error("There is no network.");
    const said = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(said.says || "The visit could not be taken along.");
    const pages = await Promise.all(said.urls.map(fetched));
    const { session } = await offline.keys(true);
    if (!session) throw new Error("The tablet's key has ended. Sign in again.");
    await keep(session, said, pages, box.dataset);
    offline.changed();
  }

  async function keep(session, said, pages, about) {
    const [at, ends] = [Date.now(), Math.min(session.ends, said.ends * 1000)];
    const visit = String(said.visit);
    const one = {
      visit, at, ends, url: said.urls[0], urls: said.urls, words: about.packWords || "", version: about.packVersion || "",
      office: about.packOffice || "", phone: about.packPhone || "",
    }; // prettier-ignore
    const id = await store.idOf("visit", visit);
    const rows = [{ id, of: id, what: "visit", ends, ...(await store.lock(session.key, id, one)) }];
    for (const page of pages) {
      const name = await store.idOf("page", page.path);
      rows.push({ id: name, of: id, what: "page", ends, ...(await store.lock(session.key, name, { ...page, at })) });
    }
    await store.change("packs", async (packs) => {
      for (const row of await packs.getAll()) if (row.of === id) packs.delete(row.id);
      await Promise.all(rows.map((row) => packs.put(row)));
    });
  }

  // The pages of a visit that is held, as they are now: what was just sent is in them when the network goes again.
  async function refresh(visit) {
    const one = (await visits()).find((each) => each.visit === String(visit));
    const { session } = await offline.keys();
    if (!one || !session) return;
    const pages = await Promise.all(one.urls.map(fetched));
    const about = { packWords: one.words, packVersion: one.version, packOffice: one.office, packPhone: one.phone };
    await keep(session, { visit: one.visit, urls: one.urls, ends: one.ends / 1000 }, pages, about);
  }

  const freshen = new Map();
  document.addEventListener("offline:sent", (event) => {
    const { visit } = event.detail;
    clearTimeout(freshen.get(visit));
    freshen.set(
      visit,
      setTimeout(() => refresh(visit).then(look, () => null), 3000),
    );
  });

  async function visits() {
    const session = offline.usable ? await store.session(offline.cookie("tablet_key")) : null;
    return session ? store.visits(session.key) : [];
  }

  offline.packs = { take, visits, fetched };

  function clock(at) {
    return new Date(at).toLocaleTimeString("en-GB", { hour: "numeric", minute: "2-digit" });
  }

  // The box says what is held and until when. By itself it takes along what may be taken, on a device that is touched.
  async function show(box, held, problem = "") {
    const may = Boolean(mayOf(box));
    const one = held.find((each) => each.visit === box.dataset.pack);
    const words = box.querySelector("[data-pack-state]");
    const button = box.querySelector("button");
    box.hidden = !may && !one;
    const says = problem || (one ? `Taken along at ${clock(one.at)}: it opens without network until ${clock(one.ends)}.` : "Not on this tablet: without network it does not open.");
    if (words.textContent !== says) words.textContent = says;
    box.classList.toggle("pack--held", Boolean(one) && !problem);
    button.hidden = !may || offline.held !== "";
    const label = one ? "Take along afresh" : "Take along without network";
    if (button.textContent !== label) button.textContent = label;
    return one;
  }

  // What may change while the page stands open is in the part that is live.
  function mayOf(box) {
    const live = document.getElementById("door-pack");
    return (live || box).dataset.packMay === "1";
  }

  function versionOf(box) {
    return (document.getElementById("door-pack") || box).dataset.packVersion || "";
  }

  async function go(box) {
    const button = box.querySelector("button");
    button.disabled = true;
    box.querySelector("[data-pack-state]").textContent = "Taking it along …";
    box.dataset.packVersion = versionOf(box);
    const problem = await take(box).then(() => "", (why) => why.message);
    button.disabled = false;
    await show(box, await visits(), problem);
  }

  function there() {
    return navigator.onLine && offline.reached;
  }

  async function look() {
    const boxes = [...document.querySelectorAll("[data-pack]")];
    if (!boxes.length || !offline.usable) return;
    await offline.ready;
    const held = await visits();
    for (const box of boxes) {
      if (box.querySelector("button").disabled) continue;
      const one = await show(box, held);
      const version = versionOf(box);
      const stale = !one || one.version !== version;
      const name = `${box.dataset.pack} ${version} ${offline.cookie("tablet_key").slice(0, 8)}`;
      if (!matchMedia("(pointer: coarse)").matches || !mayOf(box) || !stale || offline.held || !there() || tried.has(name)) continue;
      tried.add(name);
      await go(box);
    }
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-pack] button");
    if (button) go(button.closest("[data-pack]"));
  });
  document.addEventListener("look:added", (event) => {
    if (event.target.id === "door-pack") look();
  });
  document.addEventListener("offline:keys", look);
  window.addEventListener("pageshow", look);
  look();
})();
