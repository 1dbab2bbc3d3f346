// Forms that need no network.
//   data-offline="KIND" data-visit="ID": submitting goes through the queue; sent at once where there is network, else kept and said so.
//   data-draft="KEY": every change is kept here at once and put back after a reload.
// Where nothing can be kept (no key, no secure page) the browser sends the form as if this script were not there.
(function () {
  const store = self.tabletStore;
  const offline = self.offline;
  const PATIENCE = 8000; // ms to wait for the server's answer before the form says that it is kept
  const CONTROLS = "input, textarea, select";
  const OURS = new Set(["csrfmiddlewaretoken", "token", "next"]);

  // {field: value, or [values]}; fields that nobody fills in here are left out.
  function valuesOf(form, submitter) {
    const found = {};
    const add = (name, value) => {
      if (name in found) found[name] = [].concat(found[name], value);
      else found[name] = value;
    };
    for (const [name, value] of new FormData(form)) if (name !== "csrfmiddlewaretoken" && typeof value === "string") add(name, value);
    if (submitter && submitter.name) add(submitter.name, submitter.value);
    return found;
  }

  function hasFile(form) {
    return [...form.querySelectorAll('input[type="file"]')].some((field) => field.files.length > 0);
  }

  // What a form is about, apart from what is typed into it: the same act of the same visit has the same one.
  function aboutOf(kind, data, form) {
    const fixed = [...form.querySelectorAll('input[type="hidden"]')].map((field) => field.name).filter((name) => !OURS.has(name));
    return JSON.stringify([kind, ...[...new Set(fixed)].sort().map((name) => [name, data[name]])]);
  }

  function note(form, words, { bad = false, clause = "" } = {}) {
    let box = form.querySelector("[data-offline-note]");
    if (!box) {
      box = document.createElement("div");
      box.dataset.offlineNote = "";
      box.setAttribute("role", "alert");
      form.prepend(box);
    }
    box.className = bad ? "offline-note offline-note--bad" : "offline-note";
    box.textContent = clause ? `${words} (${clause})` : words;
  }

  function clock(at) {
    return new Date(at).toLocaleTimeString("en-GB", { hour: "numeric", minute: "2-digit" });
  }

  function answered(token) {
    return new Promise((done) => {
      const timer = setTimeout(() => over(null), PATIENCE);
      const over = (answer) => {
        clearTimeout(timer);
        document.removeEventListener("offline:sent", hear);
        document.removeEventListener("offline:state", waits);
        done(answer);
      };
      const hear = (event) => event.detail.token === token && over(event.detail.answer);
      const waits = (event) => !event.detail.online && over(null);
      document.addEventListener("offline:sent", hear);
      document.addEventListener("offline:state", waits);
    });
  }

  // A new page for the same form would carry a new token: so does the form when its act is on its way.
  function renew(form, used) {
    const field = form.querySelector('input[name="token"]');
    if (field && field.value === used) field.value = crypto.randomUUID();
  }

  function kept(form, at) {
    note(form, `Saved on this tablet at ${clock(at)}. It is sent as soon as there is network.`);
    if (form.dataset.offlineAgain === undefined) {
      for (const button of form.querySelectorAll('button[type="submit"], button:not([type])')) button.disabled = true;
      form.dataset.kept = "1";
    } else form.reset();
  }

  // What the server would refuse as empty, as [field, sentence]. Without network it is said here: later the person is gone who could answer.
  function lacking(form, data) {
    const must = Object.entries(JSON.parse(form.dataset.required || "{}"));
    return must.filter(([name]) => ![].concat(data[name] ?? "").some((value) => value.trim()));
  }

  function sayLacking(form, data) {
    const empty = lacking(form, data);
    note(form, `${empty.map(([, says]) => says).join(". ")}.`, { bad: true });
    const field = form.querySelector(`[name="${CSS.escape(empty[0][0])}"]`);
    if (field) field.focus();
  }

  function plainly(form, submitter) {
    form.dataset.plain = "1";
    form.requestSubmit(submitter);
  }

  async function through(form, submitter) {
    const data = valuesOf(form, submitter);
    if (lacking(form, data).length) {
      // With network the server's page says it better: each field with its own words.
      if (await offline.there()) return plainly(form, submitter);
      return sayLacking(form, data);
    }
    // A page that was taken along opens again and again with the tokens of that moment: each submission from it is one of its own.
    const token = (offline.held ? "" : data.token) || crypto.randomUUID();
    const kind = form.dataset.offline;
    // Asked for before it is put: the answer may be there first.
    const answer = answered(token);
    await offline.queue.put({ visit: form.dataset.visit, kind, data, token, url: form.dataset.sync });
    if (form.dataset.draft) await offline.drafts.remove(form.dataset.draft);
    const said = await answer;
    form.dispatchEvent(new CustomEvent("offline:kept", { bubbles: true, detail: { token, kind, data, answer: said } }));
    if (!said) {
      renew(form, token);
      kept(form, Date.now());
    } else if (said.state === "refused") {
      // There is network, and nothing was recorded: the page says why better than a line can, each reason with its clause.
      await offline.queue.dismiss(token);
      renew(form, token);
      plainly(form, submitter);
    } else {
      await passOn(said.says).catch(() => null);
      goOn(said.next);
    }
  }

  // What was done is said on the next page, as it is after a form that was posted.
  async function passOn(says) {
    const { draft, owner } = offline.mine;
    if (!says || !draft) return;
    const row = { id: "said", owner, ...(await store.lock(draft, "said", { says, at: Date.now() })) };
    await store.change("keys", (keys) => keys.put(row));
  }

  async function sayWhatWasDone() {
    const row = await store.get("keys", "said");
    if (!row) return;
    await store.change("keys", (keys) => keys.delete("said"));
    const found = row.owner === offline.mine.owner ? await store.unlock(offline.mine.draft, "said", row) : null;
    const place = document.getElementById("messages") || document.getElementById("main");
    if (!found || !place || Date.now() - found.at > 60000) return;
    const box = document.createElement("div");
    box.className = "flash flash--success";
    box.setAttribute("role", "status");
    box.append(Object.assign(document.createElement("p"), { textContent: found.says }));
    place.prepend(box);
  }

  function goOn(next) {
    const to = new URL(next || location.href, location.href);
    if (to.origin !== location.origin) return;
    if (to.pathname === location.pathname && to.search === location.search) location.reload();
    else location.assign(to);
  }

  window.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (!form.matches("form[data-offline]") || !offline.usable || form.dataset.plain || hasFile(form)) return markSent(form);
      event.preventDefault();
      event.stopImmediatePropagation();
      if (form.dataset.going) return;
      form.dataset.going = "1";
      const submitter = event.submitter;
      through(form, submitter)
        .catch(() => plainly(form, submitter)) // nothing could be kept: the browser sends it as any form
        .finally(() => delete form.dataset.going);
    },
    true,
  );

  // Drafts

  const writing = new Map(); // key -> {busy, again}

  async function keepDraft(form) {
    const key = form.dataset.draft;
    const state = writing.get(key) || {};
    writing.set(key, state);
    if (state.busy) {
      state.again = true;
      return;
    }
    state.busy = true;
    do {
      state.again = false;
      const { token, next, ...data } = valuesOf(form);
      await offline.drafts.put(key, data).catch(() => false);
    } while (state.again);
    state.busy = false;
  }

  // Sent as a plain form: whether it arrived, the next page tells.
  function markSent(form) {
    if (!form.matches("form[data-draft]:not([data-answers])") || !offline.usable) return;
    const { token, next, ...data } = valuesOf(form);
    offline.drafts.put(form.dataset.draft, data, { sent: true }).catch(() => false);
  }

  const early = new Set(); // fields in which somebody typed before a draft was put back: what they type now counts

  // Puts values into the fields that `data` names; with `whole`, ticks that it does not name are taken away. Whether anything changed.
  function fill(form, data, whole = true) {
    let changed = false;
    const seen = {};
    for (const field of form.querySelectorAll(CONTROLS)) {
      if (!field.name || OURS.has(field.name) || early.has(field.name) || ["file", "submit", "button", "password"].includes(field.type)) continue;
      const values = field.name in data ? [].concat(data[field.name]) : null;
      if (!values && !whole) continue;
      if (field.type === "checkbox" || field.type === "radio") {
        const on = Boolean(values && values.includes(field.value));
        changed ||= field.checked !== on;
        field.checked = on;
      } else if (field.matches("select[multiple]")) {
        for (const option of field.options) option.selected = Boolean(values && values.includes(option.value));
      } else if (values) {
        const place = (seen[field.name] = (seen[field.name] ?? -1) + 1);
        const value = values[Math.min(place, values.length - 1)];
        changed ||= field.value !== value && field.type !== "hidden";
        field.value = value;
      }
    }
    return changed;
  }

  async function restore(form) {
    const found = await offline.drafts.read(form.dataset.draft);
    if (!found) return;
    const refused = document.querySelector(".govuk-error-summary");
    if (found.sent && !refused) {
      await offline.drafts.remove(form.dataset.draft);
      return;
    }
    if (refused || !fill(form, found.data)) return;
    putBack(form, found.at);
  }

  function putBack(form, at) {
    note(form, `What was written here at ${clock(at)} has been put back.`);
    // Parts that open with an answer hang on it.
    for (const field of form.querySelectorAll(CONTROLS)) if (field.type !== "hidden") field.dispatchEvent(new Event("change", { bubbles: true }));
    form.dispatchEvent(new CustomEvent("draft:restored", { bubbles: true, detail: { at } }));
  }

  offline.forms = { valuesOf, fill, putBack };

  function touched(event) {
    const form = event.target.form;
    if (!form || !event.target.name || OURS.has(event.target.name) || !offline.usable || !event.isTrusted) return;
    if (!document.documentElement.dataset.offlineReady) early.add(event.target.name);
    if (form.dataset.draft && form.dataset.answers === undefined) keepDraft(form);
  }
  document.addEventListener("input", touched);
  document.addEventListener("change", touched);

  // Acts of this page that still wait: a form whose act is on its way is not offered again.
  async function markKept() {
    for (const form of document.querySelectorAll("form[data-offline]:not([data-offline-again])")) {
      const waiting = (await offline.queue.list(form.dataset.visit)).filter((act) => act.state !== "refused");
      const about = aboutOf(form.dataset.offline, valuesOf(form), form);
      const same = waiting.find((act) => aboutOf(act.kind, act.data, form) === about);
      if (same && !form.dataset.kept) kept(form, Date.parse(same.happenedAt));
    }
  }

  async function start() {
    if (!offline.usable) return;
    await offline.ready;
    await sayWhatWasDone().catch(() => null);
    for (const form of document.querySelectorAll("form[data-draft]:not([data-answers])")) await restore(form).catch(() => null);
    early.clear();
    await markKept().catch(() => null);
    document.documentElement.dataset.offlineReady = "1";
  }
  document.addEventListener("look:added", () => offline.usable && offline.ready.then(markKept).catch(() => null));
  start();
})();
