// What was typed outlives a time-out: before a form that stood open for long is sent, the server is asked whether the person is still
// signed in. If not, a banner says so; they sign in in another tab, come back, and send it. The token of the form is renewed then.
//
// What is read here is for that person alone: when somebody signs out or locks in another tab, or nobody has touched this page for a quarter
// of an hour and the sign-in is over, the page is covered. Nothing typed is lost by it: the same person signs in and comes back.
const OPEN_FOR_LONG = 5 * 60 * 1000;
const UNATTENDED = 15 * 60 * 1000; // as long as the server lets nobody do nothing
const LOOK = 30 * 1000;
const person = document.querySelector('meta[name="signed-in"]');
const title = document.title;
let heard = Date.now();
let out = false;
let again = false;
let touched = Date.now();

if (person) {
  document.addEventListener("submit", hold, true);
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.xhr && event.detail.xhr.status === 401) signedOut();
    else if (event.detail.xhr && event.detail.xhr.getResponseHeader("X-Step-Up")) askAgain();
    else if (event.detail.successful) heard = Date.now();
  });
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token();
  });
  document.addEventListener("session:out", signedOut);
  document.addEventListener("session:again", askAgain);
  document.addEventListener("visibilitychange", () => {
    if ((out || again) && !document.hidden) back();
  });
  attend();
}

function attend() {
  for (const sign of ["pointerdown", "keydown", "input"]) document.addEventListener(sign, () => (touched = Date.now()), { capture: true, passive: true });
  setInterval(() => (covered() ? back() : Date.now() - touched > UNATTENDED && look()), LOOK);
  // Where the line already says so, the sign-in page in the other tab is the way back.
  if (window.BroadcastChannel) new BroadcastChannel("left").addEventListener("message", () => out || look());
  window.addEventListener("pageshow", (event) => event.persisted && look());
}

async function look() {
  if ("entrance" in document.documentElement.dataset) return; // signing in, setting that up, the lock: they stand open to whoever comes
  const found = await state();
  // Without network the tablet itself knows whether it was locked.
  const locked = found === "unknown" && window.tabletLock && (await window.tabletLock.waiting());
  if (found === "out" || locked) signedOut(true);
}

function covered() {
  return document.documentElement.hasAttribute("data-covered");
}

// What is covered is gone for the eye, for the reader of a screen and for the print.
function cover(on) {
  document.documentElement.toggleAttribute("data-covered", on);
  const bar = document.getElementById("stale");
  for (const part of bar ? bar.parentElement.children : []) if (part !== bar) part.inert = on;
  document.title = on ? "Signed out" : title;
}

// A form is held back only as long as the question takes; without an answer it goes its way, and the server decides.
async function hold(event) {
  const form = event.target;
  if (form.method !== "post" || form.dataset.asked) {
    delete form.dataset.asked;
    renew(form);
    return;
  }
  if (!out && Date.now() - heard < OPEN_FOR_LONG) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const submitter = event.submitter;
  if ((await state()) === "out") {
    signedOut();
    return;
  }
  form.dataset.asked = "1";
  form.requestSubmit(submitter);
}

async function state() {
  try {
    const headers = { "HX-Request": "true", "X-Live": "1" };
    const answer = await fetch(person.dataset.url, { headers, cache: "no-store", redirect: "manual", credentials: "same-origin" });
    if (answer.status === 204 && answer.headers.get("X-Person") === person.content) {
      heard = Date.now();
      return "in";
    }
    return answer.status === 204 || answer.status === 401 ? "out" : "unknown";
  } catch {
    return "unknown";
  }
}

async function back() {
  if ((await state()) !== "in") return;
  out = again = false;
  touched = Date.now();
  cover(false);
  say("");
  for (const part of document.querySelectorAll("[data-live]")) part.dispatchEvent(new CustomEvent("look:refresh"));
}

function signedOut(unattended = false) {
  out = true;
  if (unattended === true) cover(true);
  say("You have been signed out. What you typed is still here: ", "sign in again in another tab", ", then come back and carry on.");
}

// Signed in, but the second factor was entered too long ago for what this page shows.
function askAgain() {
  again = true;
  const words = "To go on here, show once more that it is you. What you typed is still here: ";
  say(words, "enter a code in another tab", ", then come back and carry on.", person.dataset.again);
}

function say(before, link = "", after = "", to = person.dataset.signIn) {
  const bar = document.getElementById("stale");
  if (!bar) return;
  const line = bar.querySelector("[data-stale-words]");
  line.textContent = before;
  if (link) {
    const way = document.createElement("a");
    Object.assign(way, { href: to, target: "_blank", rel: "noopener", textContent: link });
    line.append(way, after);
  }
  bar.hidden = !before;
}

function renew(form) {
  const field = form.querySelector('input[name="csrfmiddlewaretoken"]');
  if (field && token()) field.value = token();
}

// Signing in renews the token; the newest one is in its cookie.
function token() {
  const found = document.cookie.split("; ").find((each) => each.startsWith("csrftoken="));
  return found ? found.slice("csrftoken=".length) : "";
}
