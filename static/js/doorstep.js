// The doorstep without network: what was said here and waits to be sent counts as said, the next act is open, what is done is folded, the
// wait is counted, and what a rule would refuse is said at once. The rules' sentences are the server's own (data-rules, data-wait,
// data-against): none is written here. Without this script the page is a page of forms.
const page = document.querySelector("[data-doorstep]");
const visit = page.dataset.doorstep;
const loaded = Date.now();
let acts = []; // what was said on this tablet and is not with the server yet: {kind, data, happenedAt, state, says}
let last = ""; // which steps were said when the page was last folded

const one = (selector, within = page) => within.querySelector(selector);
const every = (selector, within = page) => [...within.querySelectorAll(selector)];
const clock = (at) => new Date(at).toLocaleTimeString("en-GB", { hour: "numeric", minute: "2-digit" });
const lasting = (ms) => `${Math.floor(ms / 60000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, "0")}`;

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function say(element, words) {
  if (element && element.textContent !== words) element.textContent = words;
}

// The server's seconds as this tablet's clock shows them: the page is as old as the moment at which it was taken along.
function here(seconds) {
  const held = Number(window.offline?.held) || loaded;
  return seconds ? Number(seconds) * 1000 + held - Number(page.dataset.now) * 1000 : null;
}

function standing() {
  return acts.filter((act) => act.state !== "refused");
}

function of(step) {
  const { kind, point } = step.dataset;
  return acts.filter((act) => act.kind === kind && (!point || act.data.point === point));
}

function wordsOf(act) {
  const at = clock(Date.parse(act.happenedAt));
  if (act.state === "refused") return `Not recorded: ${act.says}`;
  return act.state === "sending" ? `Said at ${at}, on its way` : `Said at ${at}, will be sent`;
}

function isSaid(step) {
  return "done" in step.dataset || of(step).some((act) => act.state !== "refused");
}

// The first required step after the last one that was said.
function nextOf(steps) {
  const required = steps.filter((step) => "required" in step.dataset);
  const after = required.map(isSaid).lastIndexOf(true) + 1;
  return required.slice(after).find((step) => !isSaid(step)) || null;
}

function showSteps() {
  const steps = every("[data-step]");
  const next = nextOf(steps);
  for (const step of steps) {
    const mine = of(step);
    say(one("[data-state]", step), mine.length ? wordsOf(mine.at(-1)) : "");
    step.classList.toggle("step--done", isSaid(step));
    step.classList.toggle("step--next", step === next);
  }
  for (const extra of every("[data-extra]")) {
    const mine = acts.filter((act) => act.kind === extra.dataset.extra);
    say(one("[data-state]", extra), mine.length ? wordsOf(mine.at(-1)) : "");
  }
  const said = steps.filter(isSaid).map((step) => step.id).join(" ");
  if (said !== last) {
    last = said;
    // Whoever is typing is left where they are.
    for (const step of steps) if (isSaid(step) && !step.contains(document.activeElement)) step.open = false;
    if (next) next.open = true;
    const wait = document.getElementById("step-wait");
    if (wait && waitOf()) wait.open = true;
  }
  showNext(next);
}

function showNext(next) {
  const tap = document.querySelector("[data-next-tap]");
  const go = document.querySelector("[data-next-go]");
  if (!tap || !go || !next) {
    if (tap && go && !next) {
      tap.hidden = true;
      go.hidden = true;
    }
    return;
  }
  const form = "tap" in next.dataset && document.getElementById(`form-${next.dataset.step}`);
  tap.hidden = !form;
  go.hidden = Boolean(form);
  if (form) {
    tap.setAttribute("form", form.id);
    say(tap, next.dataset.words);
  } else {
    go.href = `#${next.id}`;
    say(go, next.dataset.words);
  }
}

// When staff reached the door: as the server knows it, else as it was said here; and when the parents' word came.
function door() {
  const wait = one("[data-wait]");
  const at = (kind, point) => {
    const act = standing().find((each) => each.kind === kind && (!point || each.data.point === point));
    return act ? Date.parse(act.happenedAt) : null;
  };
  return {
    arrived: here(wait?.dataset.arrived) ?? at("check_in", "arrived"),
    word: here(wait?.dataset.word) ?? at("parents_late"),
    rules: wait && parsed(wait.dataset.wait),
  };
}

// {ends, minutes, over, clause, late} of the wait that runs; null where nobody waits.
function waitOf() {
  const { arrived, word, rules } = door();
  const met = standing().some((act) => act.kind === "spoken" || act.kind === "outcome" || act.data.point === "inside");
  const known = ["spoken", "found", "inside"].some((code) => "done" in (document.getElementById(`step-${code}`)?.dataset || {}));
  if (!rules || !arrived || met || known) return null;
  const arranged = here(rules.arranged);
  const kind = word ? rules.late : rules.absent;
  const begins = word ? (arranged ?? arrived) : Math.max(arrived, arranged ?? arrived);
  return { ...kind, agreed: rules.agreed, word: Boolean(word), ends: begins + kind.minutes * 60000 };
}

function showWait() {
  const box = one("[data-wait]");
  if (!box) return;
  const wait = waitOf();
  const over = Boolean(wait) && Date.now() >= wait.ends;
  box.classList.toggle("timer--over", over);
  if (!wait) {
    if (door().arrived) say(one("[data-timer]", box), "Nobody waits now");
    say(one("[data-timer-says]", box), "");
    return;
  }
  say(one("[data-timer]", box), over ? "The wait is over" : `${lasting(wait.ends - Date.now())} left`);
  const until = `Wait ${wait.minutes} minutes at most: until ${clock(wait.ends)}.`;
  say(one("[data-timer-says]", box), over ? `${wait.over} ${wait.clause}` : wait.word ? `${wait.late} ${until}` : until);
}

// What the answers before going in mean, in the rule's own words.
function insideSays(form) {
  const values = new FormData(form);
  const invited = (values.get("invited_by") || "").trim();
  const answers = { adult_present: values.get("adult_present"), parent_present: values.get("parent_present") };
  if (answers.adult_present === null) return "";
  const same = (given, answer) => given === null || answer === null || given === (answer === "true");
  const fits = (rule) => same(rule.given.adult_present, answers.adult_present) && same(rule.given.parent_present, answers.parent_present);
  const rules = (parsed(form.dataset.rules) || []).filter(fits);
  const named = rules.find((rule) => rule.given.invited_by.length > 1 && rule.given.invited_by.toLowerCase() === invited.toLowerCase());
  const found = named || rules.find((rule) => rule.given.invited_by === (invited ? "*" : ""));
  const blocks = found ? [...found.blocks] : [];
  const wait = waitOf();
  const came = answers.adult_present === "true" && wait && !wait.agreed;
  if (wait && Date.now() >= wait.ends && !came) blocks.push([wait.over, wait.clause]);
  else if (wait && wait.word && answers.parent_present !== "true") blocks.push([wait.late, wait.clause]);
  return blocks.map(([says, clause]) => `${says}${clause ? ` (${clause})` : ""}`).join(" ");
}

function showInside() {
  const form = document.getElementById("form-inside");
  if (!form) return;
  const says = insideSays(form);
  say(one("[data-says]", form), says && `You stay outside. ${says}`);
  const button = one('button[type="submit"]', form);
  if (!form.dataset.kept) button.disabled = Boolean(says);
}

// What was found here before and does not let this outcome stand beside it.
function showFound() {
  const said = standing().filter((act) => act.kind === "outcome").map((act) => act.data.outcome);
  for (const box of every("[data-found]")) {
    const rules = parsed(box.dataset.against) || {};
    const against = said.map((kind) => rules[kind]).find(Boolean) || "";
    say(one("[data-says]", box), against);
    if (said.includes(box.dataset.found)) box.dataset.said = " · said";
    else delete box.dataset.said;
  }
}

function showHelp() {
  const calls = acts.filter((act) => act.kind === "help");
  const says = calls.length ? `Pressed at ${clock(Date.parse(calls.at(-1).happenedAt))}: it is not sent yet. Ring the school, or 999 in danger.` : "";
  say(one("[data-help-says]"), says);
}

function show() {
  showSteps();
  showWait();
  showInside();
  showFound();
  showHelp();
}

async function look() {
  const queue = window.offline?.queue;
  if (queue && window.offline.usable) acts = await queue.list(visit).catch(() => acts);
  show();
}

for (const name of ["offline:state", "offline:sent"]) document.addEventListener(name, look);
page.addEventListener("offline:kept", look);
page.addEventListener("input", showInside);
page.addEventListener("change", showInside);
// A step that is pointed to opens.
window.addEventListener("hashchange", () => {
  const target = document.getElementById(location.hash.slice(1));
  if (target?.matches("details")) target.open = true;
  target?.scrollIntoView({ block: "start" });
});
setInterval(() => {
  showWait();
  showInside();
}, 1000);
look();
