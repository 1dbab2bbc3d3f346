// Forms whose every change is an act of its own: <form data-answers data-visit="ID" data-draft="KEY">.
// A changed field is queued as an act `answers` with the form's hidden fields and the field itself; a hidden field named `something-CODE`
// goes only with the field CODE, and `base-CODE` is moved to the revision that the server answers with.
// What is typed and not queued yet lies in the draft; together they are all that this person has written here and the server does not have.
(function () {
  const offline = self.offline;
  const { valuesOf, fill, putBack } = offline.forms;
  const PAUSE = 1500; // ms without a key pressed, after which what is being typed is an answer
  const PATIENCE = 4000; // ms for what is queued to leave before the next page is opened without it
  const pending = new Map(); // form -> Map(code -> timer)
  const given = new Map(); // form -> {code: value as it was last queued, or shown by the server}
  const drafting = new Map(); // form -> the writes of its draft, one after the other
  const tokens = new Map(); // form -> {code: [value, token]}: an answer that is taken up from the draft as well is done once
  const leaving = new Map(); // form -> codes on their way into the queue: until they lie there, the draft holds them

  function codesOf(form) {
    const fields = [...form.elements].filter((one) => one.name && one.type !== "hidden" && one.type !== "submit" && one.type !== "file");
    return [...new Set(fields.map((one) => one.name))];
  }

  function same(one, other) {
    return JSON.stringify(one ?? "") === JSON.stringify(other ?? "");
  }

  function open(form) {
    const values = valuesOf(form);
    return codesOf(form).filter((code) => !same(values[code], given.get(form)[code]));
  }

  function actOf(form, code) {
    const data = {};
    const codes = new Set(codesOf(form));
    for (const field of form.querySelectorAll('input[type="hidden"]')) {
      const of = field.name.slice(field.name.indexOf("-") + 1);
      const another = field.name.includes("-") && codes.has(of) && of !== code;
      if (!another && !["csrfmiddlewaretoken", "token", "next"].includes(field.name)) data[field.name] = field.value;
    }
    const value = valuesOf(form)[code];
    if (value !== undefined) data[code] = value;
    return data;
  }

  // What the queue takes.
  function whole(form, code) {
    const value = JSON.stringify(valuesOf(form)[code] ?? "");
    const known = tokens.get(form);
    if (!known[code] || known[code][0] !== value) known[code] = [value, crypto.randomUUID()];
    const { visit, sync } = form.dataset;
    return { visit, kind: "answers", data: actOf(form, code), token: known[code][1], url: sync || offline.queue.addressOf(visit) };
  }

  function sectionOf(form) {
    const field = form.querySelector('input[type="hidden"][name="section"]');
    return field ? field.value : form.dataset.answers;
  }

  async function answer(form, code) {
    clearTimeout(pending.get(form).get(code));
    pending.get(form).delete(code);
    const value = valuesOf(form)[code];
    if (same(value, given.get(form)[code])) return;
    const before = given.get(form)[code];
    given.get(form)[code] = value;
    leaving.get(form).add(code);
    try {
      await offline.queue.put(whole(form, code));
    } catch {
      given.get(form)[code] = before; // it stays in the form, and the page's own button saves it
    }
    leaving.get(form).delete(code);
    await draft(form);
  }

  // The fields that are not queued yet; nothing is left of a draft when all are.
  function draft(form) {
    if (!form.dataset.draft) return Promise.resolve();
    const written = (drafting.get(form) ?? Promise.resolve()).then(() => write(form)).catch(() => null);
    drafting.set(form, written);
    return written;
  }

  function write(form) {
    const values = valuesOf(form);
    const codes = [...new Set([...open(form), ...leaving.get(form)])];
    const unsent = Object.fromEntries(codes.map((code) => [code, values[code] ?? ""]));
    if (!codes.length) return offline.drafts.remove(form.dataset.draft);
    return offline.drafts.put(form.dataset.draft, unsent, { acts: codes.map((code) => whole(form, code)) });
  }

  function soon(form, code, wait) {
    clearTimeout(pending.get(form).get(code));
    pending.get(form).set(code, setTimeout(answer, wait, form, code));
  }

  function touched(event) {
    const form = event.target.form;
    if (!form || !given.has(form) || !event.isTrusted || !codesOf(form).includes(event.target.name)) return;
    if (event.type === "input") draft(form);
    soon(form, event.target.name, event.type === "change" ? 0 : PAUSE);
  }

  function answerAll() {
    return Promise.all([...given.keys()].flatMap((form) => open(form).map((code) => answer(form, code))));
  }

  // Where the next page is without network, which takes no form: `data-onward`, else where the page came from.
  function nextOf(form) {
    const back = document.querySelector("a.govuk-back-link");
    return form.dataset.onward || (back ? back.href : location.href);
  }

  // The page's own button: with network the form is posted, and the server says what is missing; without, the next page is opened.
  async function goOn(form, submitter) {
    await answerAll();
    const patience = new Promise((done) => setTimeout(done, PATIENCE));
    await Promise.race([offline.queue.flush(true), patience]);
    const waits = (await offline.queue.list(form.dataset.visit)).some((act) => act.state !== "refused");
    if (waits || !navigator.onLine || !offline.reached) {
      location.assign(nextOf(form));
      return;
    }
    form.dataset.plain = "1";
    form.requestSubmit(submitter);
  }

  window.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (!given.has(form) || form.dataset.plain || !offline.mine.draft) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (form.dataset.going) return;
      form.dataset.going = "1";
      goOn(form, event.submitter).finally(() => delete form.dataset.going);
    },
    true,
  );
  window.addEventListener("pageshow", () => {
    for (const form of given.keys()) delete form.dataset.plain;
  });

  // What waits in the queue and in the draft is shown as this person left it, whatever the page says that was rendered before.
  async function start(form) {
    given.set(form, valuesOf(form));
    pending.set(form, new Map());
    leaving.set(form, new Set());
    tokens.set(form, {});
    await offline.ready;
    const all = await offline.queue.list(form.dataset.visit);
    const mine = all.filter((act) => act.kind === "answers" && act.state !== "refused" && (act.data.section ?? form.dataset.answers) === sectionOf(form));
    const codes = codesOf(form);
    let [changed, at] = [false, 0];
    for (const act of mine) {
      const own = codes.filter((code) => code in act.data || `shown-${code}` in act.data);
      const values = Object.fromEntries(own.map((code) => [code, act.data[code] ?? []]));
      changed = fill(form, values, false) || changed;
      Object.assign(given.get(form), Object.fromEntries(own.map((code) => [code, act.data[code]])));
      at = Math.max(at, Date.parse(act.happenedAt));
    }
    const found = form.dataset.draft ? await offline.drafts.read(form.dataset.draft) : null;
    if (found) {
      changed = fill(form, found.data, false) || changed;
      at = Math.max(at, found.at);
    }
    if (changed) putBack(form, at);
    for (const code of open(form)) if (found && code in found.data) answer(form, code);
  }

  document.addEventListener("offline:sent", (event) => {
    const { kind, answer: said } = event.detail;
    if (kind !== "answers" || !said.revisions) return;
    for (const form of given.keys()) {
      for (const [code, revision] of Object.entries(said.revisions)) {
        const field = form.querySelector(`input[type="hidden"][name="base-${CSS.escape(code)}"]`);
        if (field && codesOf(form).includes(code)) field.value = String(revision);
      }
    }
  });
  document.addEventListener("input", touched);
  document.addEventListener("change", touched);
  window.addEventListener("pagehide", answerAll);
  document.addEventListener("visibilitychange", () => document.hidden && answerAll());
  if (offline.usable) for (const form of document.querySelectorAll("form[data-answers]")) start(form).catch(() => null);
})();
