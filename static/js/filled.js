// A form at the door: answers that contradict each other; the pages on which answers are checked and signed show what waits here.

// “Nothing of this kind” and a tick beside it contradict each other: the last tap counts, and takes no other away unasked.
document.addEventListener(
  "change",
  (event) => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement) || box.type !== "checkbox" || !box.checked || !box.closest("form.filled")) return;
    const all = [...box.form.querySelectorAll(`input[type="checkbox"][name="${CSS.escape(box.name)}"]`)];
    const none = all.find((one) => one.value === "none");
    const others = all.filter((one) => one !== none && one.checked).length;
    if (box === none && others && !window.confirm(`“Nothing of this kind” takes away ${others === 1 ? "the tick" : `${others} ticks`} above. Is that right?`)) {
      box.checked = false;
      return;
    }
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

// The list of sections, and who has signed: what lies here and is not sent yet is named, for the page may be from before.
async function sayWaits(tasks) {
  await offline.ready;
  const typed = (await offline.drafts.unsent()).flatMap((draft) => draft.acts).filter((act) => act.visit === tasks.dataset.tasksOf);
  const queued = (await offline.queue.list(tasks.dataset.tasksOf)).filter((act) => act.kind === "answers" && act.state !== "refused");
  const acts = [...queued, ...typed];
  for (const link of tasks.querySelectorAll("a[href]")) {
    const codes = new Set(acts.filter((act) => link.pathname.endsWith(`/${act.data.section}/`)).flatMap((act) => Object.keys(act.data)));
    const count = [...codes].filter((code) => codes.has(`base-${code}`)).length;
    if (!count) continue;
    const state = link.closest("li").lastElementChild;
    if (state.textContent.trim() === "Nothing written") state.remove();
    link.after(here(count === 1 ? "1 answer is kept here, not sent yet" : `${count} answers are kept here, not sent yet`));
  }
}

async function saySigned(box) {
  await offline.ready;
  const acts = (await offline.queue.list(box.dataset.signedOf)).filter((act) => act.kind === "sign" && act.state !== "refused");
  const nobody = box.querySelector("[data-nobody]");
  if (nobody && acts.length) nobody.hidden = true;
  for (const act of acts) {
    const at = new Date(act.happenedAt).toLocaleTimeString("en-GB", { hour: "numeric", minute: "2-digit" });
    const line = document.createElement("p");
    line.append(`${act.data.name || "You"}, ${at} `, here("signed on this tablet, not sent yet"));
    box.append(line);
  }
}

// The open list shows how far the form is: once all that waited is sent, it is asked for afresh.
function freshen(visit) {
  let sent = false;
  document.addEventListener("offline:sent", (event) => {
    sent ||= event.detail.visit === visit && event.detail.answer.state !== "refused";
  });
  document.addEventListener("offline:state", ({ detail }) => {
    if (sent && detail.online && !detail.waiting && !detail.refused) location.reload();
  });
}

function here(words) {
  const said = document.createElement("span");
  said.className = "filled__here";
  said.textContent = words;
  return said;
}

if (offline && offline.usable) {
  for (const tasks of document.querySelectorAll("[data-tasks-of]")) {
    sayWaits(tasks).catch(() => null);
    freshen(tasks.dataset.tasksOf);
  }
  for (const box of document.querySelectorAll("[data-signed-of]")) saySigned(box).catch(() => null);
}
