// What was typed outlives a time-out: before a form that stood open for long is sent, the server is asked whether the person is still
// signed in. If not, a banner says so; they sign in in another tab, come back, and send it. The token of the form is renewed then.
const OPEN_FOR_LONG = 5 * 60 * 1000;
const person = document.querySelector('meta[name="signed-in"]');
let heard = Date.now();
let out = false;
let again = false;

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
  say("");
  for (const part of document.querySelectorAll("[data-live]")) part.dispatchEvent(new CustomEvent("look:refresh"));
}

function signedOut() {
  out = true;
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
