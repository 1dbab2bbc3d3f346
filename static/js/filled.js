// A form at the door: answers that contradict each other; the pages on which answers are checked and signed show what waits here.

// “Nothing of this kind” and a tick beside it contradict each other: the last tap counts.
document.addEventListener(
  "change",
  (event) => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement) || box.type !== "checkbox" || !box.checked || !box.closest("form.filled")) return;
    const all = [...box.form.querySelectorAll(`input[type="checkbox"][name="${CSS.escape(box.name)}"]`)];
    const none = all.find((one) => one.value === "none");
    if (none) for (const one of all) if (one !== box && (box === none || one === none)) one.checked = false;
  },
  true,
);

const offline = window.offline;

// What waits on this tablet is shown, and signed, as this person left it, whatever the page says that was rendered before.
async function waiting(visit, codes, sections) {
  await offline.ready;
  const values = {};
  for (const act of await offline.queue.list(visit)) {
    if (act.kind !== "answers" || act.state === "refused") continue;
    for (const code of codes) if (code in act.data || `shown-${code}` in act.data) values[code] = act.data[code] ?? [];
  }
  for (const name of sections) Object.assign(values, await offline.drafts.get(`form:${visit}:${name}`));
  return Object.fromEntries(Object.entries(values).filter(([code]) => codes.includes(code)));
}

async function lay(box) {
  const places = new Map([...box.querySelectorAll("[data-answer]")].map((one) => [one.dataset.answer, one]));
  const sections = [...box.querySelectorAll("[data-section]")].map((one) => one.dataset.section);
  const values = await waiting(box.dataset.answersOf, [...places.keys()], sections);
  const field = document.querySelector('input[name="signed"]');
  const signed = field ? JSON.parse(field.value) : {};
  for (const [code, value] of Object.entries(values)) {
    const [place, chosen] = [places.get(code), [].concat(value).filter(Boolean)];
    const words = JSON.parse(place.dataset.options);
    place.textContent = chosen.map((one) => words[one] || one).join("\n") || "Nothing written";
    place.classList.add("answers__waiting");
    place.parentElement.hidden = false;
    place.closest("[data-section]").hidden = false;
    if (chosen.length) signed[code] = value;
    else delete signed[code];
  }
  if (!field || !Object.keys(values).length) return;
  field.value = JSON.stringify(signed);
  const nothing = document.querySelector("[data-nothing]");
  if (nothing) nothing.hidden = true;
}

const answers = document.querySelector("[data-answers-of]");
if (answers && offline && offline.usable) lay(answers).catch(() => null);
