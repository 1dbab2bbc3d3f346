// The absence log by keys alone: the list of pupils, picking one, and what comes next. Everything works without it, by plain forms.

const field = () => document.querySelector("[data-log-search]");
const list = () => document.getElementById("found");
const options = () => [...(list()?.querySelectorAll('[role="option"]') ?? [])];
let active = -1;
let waiting = false; // Enter was pressed before the list had come

function show(open) {
  const box = list();
  if (!box) return;
  box.hidden = !open;
  field().setAttribute("aria-expanded", String(open));
  if (!open) mark(-1);
}

function mark(index) {
  const all = options();
  active = all.length ? (index + all.length) % all.length : -1;
  if (index < 0) active = -1;
  all.forEach((option, i) => option.setAttribute("aria-selected", String(i === active)));
  const chosen = all[active];
  if (chosen) {
    field().setAttribute("aria-activedescendant", chosen.id);
    chosen.scrollIntoView({ block: "nearest" });
  } else field()?.removeAttribute("aria-activedescendant");
}

async function pick(url, name) {
  const search = field();
  search.value = name;
  // Another search that is still on its way must not open the list again.
  waiting = false;
  show(false);
  await window.htmx.ajax("GET", url, { target: "#picked", swap: "innerHTML" });
  document.querySelector("[data-log-reason]")?.focus();
}

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id === "found") {
    const any = list().children.length > 0 && document.activeElement === field();
    show(any);
    mark(options().length ? 0 : -1);
    if (waiting) {
      waiting = false;
      if (options().length === 1) options()[0].click();
    }
  }
  if (event.detail.target.id === "log") {
    // A fresh form takes the next call; one that was refused is put right in its field.
    const wrong = document.querySelector("#log .log__error, #log .govuk-form-group--error :is(input, select)");
    (wrong ?? field())?.focus();
  }
});

document.addEventListener("keydown", (event) => {
  if (!event.target.matches?.("[data-log-search]")) return;
  const open = !list().hidden;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (!open && options().length) show(true);
    mark(active + (event.key === "ArrowDown" ? (open ? 1 : 0) : active <= 0 ? options().length - 1 - active : -1));
  } else if (event.key === "Enter") {
    const chosen = open ? options()[active] : null;
    const picked = document.querySelector('#picked input[name="pupil"]');
    if (chosen) chosen.click();
    else if (picked && !open) return; // a pupil stands picked: Enter logs
    else if (event.target.value.trim().length < 2 || list().querySelector(".found__none")) return; // nobody to pick: the answer says so
    else waiting = true;
    event.preventDefault();
  } else if (event.key === "Escape") show(false);
  else if (event.key === "Tab" && open && options()[active]) {
    event.preventDefault();
    options()[active].click();
  }
});

document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-log-search]")) return;
  // Another name: the pupil picked before is not meant any more.
  document.getElementById("picked").replaceChildren();
  if (event.target.value.trim().length < 2) show(false);
});

document.addEventListener("mousedown", (event) => {
  if (event.target.closest("#found")) event.preventDefault();
});

document.addEventListener("click", (event) => {
  const option = event.target.closest('#found [role="option"]');
  const link = event.target.closest("[data-pick]");
  if (option) pick(option.dataset.url, option.dataset.name);
  else if (link && window.htmx) {
    event.preventDefault();
    pick(link.dataset.pick, link.dataset.name);
    document.getElementById("log").scrollIntoView({ block: "nearest" });
  } else if (!event.target.closest(".log__who")) show(false);
});

// Ringing somebody marks them as the one who was rung.
document.addEventListener("click", (event) => {
  const call = event.target.closest('.reach a[href^="tel:"]');
  const near = call?.closest(".reach__number")?.querySelector('input[name="contact"]');
  const radio = near ?? call?.closest(".reach").querySelector('input[name="contact"]:not(:disabled)');
  if (radio) radio.checked = true;
});

// What was recorded is not typed any more: the form must not keep the fresh list away.
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt;
  // To htmx a refusal that is swapped in is a success too; what was typed stays in the form then.
  if (event.detail.successful && event.detail.xhr.status < 400 && form.matches?.("form[data-part], [data-part] form")) {
    form.reset();
    if (form.contains(document.activeElement)) document.activeElement.blur();
  }
});

// What a call lacks is said in its card; the cursor goes to where it is put right.
document.addEventListener("htmx:afterSwap", (event) => {
  if (!event.detail.target.matches?.(".home__wrong")) return;
  const choose = event.detail.target.querySelector("select");
  (choose ?? event.detail.target.closest("form").querySelector("[data-said]"))?.focus();
});

// "Undo" asks why: the cursor is there when it opens.
document.addEventListener(
  "toggle",
  (event) => {
    if (event.target.open && event.target.matches('details[id^="undo-"]')) event.target.querySelector('input[name="because"]')?.focus();
  },
  true,
);

document.addEventListener("today-changed", () => {
  document.querySelector("[data-live-root]")?.dispatchEvent(new CustomEvent("look:refresh"));
});
