// Live parts: an element with data-live="/address" asks that address every data-live-every seconds (10) and puts in what changed.
//
// The answer is HTML that holds elements with data-part and an id; each takes the place of the one with its id on the page.
// A part in which somebody works (focus in a control, a field changed, text selected) is never replaced: its inner parts are looked at
// one by one, and what is left waits until the person has finished. The server answers 304 while nothing changed.

import { moved } from "./steady.js";

const SLOWEST = 30;

export function keepLive(root) {
  const every = Number(root.dataset.liveEvery || 10);
  const state = { tag: "", waiting: null, last: new Date(), delay: every, timer: 0, over: false, asked: 0 };

  async function ask() {
    clearTimeout(state.timer);
    state.over = false;
    if (document.hidden) {
      plan();
      return;
    }
    // Somebody acts while an answer is on its way, and asks again: the earlier answer may come last, and would undo on the page what was done.
    const mine = ++state.asked;
    const outrun = () => mine !== state.asked;
    try {
      const headers = { "HX-Request": "true", "X-Live": "1" };
      if (state.tag) headers["If-None-Match"] = state.tag;
      const answer = await fetch(root.dataset.live, { headers, cache: "no-store", redirect: "manual", credentials: "same-origin" });
      if (outrun()) return;
      if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) {
        state.over = true;
        if (answer.status === 401) document.dispatchEvent(new CustomEvent("session:out"));
        else if (answer.headers.get("X-Step-Up")) document.dispatchEvent(new CustomEvent("session:again"));
        else say("You may no longer see this page. Reload it; what you typed is still here to copy.");
        return;
      }
      if (answer.status !== 304 && !answer.ok) throw new Error(String(answer.status));
      if (answer.status !== 304) {
        const text = await answer.text();
        if (outrun()) return;
        // The tag is taken only with the text: a lost answer is asked for again.
        state.tag = answer.headers.get("ETag") || "";
        take(text);
      } else if (state.waiting) {
        take(state.waiting);
      }
      state.last = new Date();
      state.delay = every;
      say("");
    } catch {
      if (outrun()) return;
      state.delay = Math.min(SLOWEST, state.delay * 2);
      say(`Connection lost. This page shows how things stood at ${clock(state.last)}; it keeps trying.`);
    }
    plan();
  }

  function plan() {
    clearTimeout(state.timer);
    if (!state.over) state.timer = setTimeout(ask, state.delay * 1000);
  }

  function take(html) {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    state.waiting = null;
    for (const part of fresh.querySelectorAll("[data-part]")) {
      if (part.parentElement.closest("[data-part]")) continue;
      const old = document.getElementById(part.id);
      if (old && !merge(old, part)) state.waiting = html;
    }
    // The innermost part that holds something typed says that news is waiting.
    for (const old of root.querySelectorAll("[data-part]")) {
      const inner = [...old.querySelectorAll("[data-part]")].some(changed);
      old.classList.toggle("live-waiting", Boolean(state.waiting) && !inner && changed(old));
    }
  }

  function retry() {
    if (state.waiting) take(state.waiting);
  }

  root.addEventListener("focusout", () => setTimeout(retry, 300));
  root.addEventListener("reset", () => setTimeout(retry, 300));
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) ask();
  });
  window.addEventListener("online", ask);
  root.addEventListener("look:refresh", () => {
    state.tag = "";
    ask();
  });
  plan();
}

// Put `fresh` in the place of `old`; false when something in it had to wait.
function merge(old, fresh) {
  if (same(old, fresh)) return true;
  if (!busy(old)) {
    replace(old, fresh);
    return true;
  }
  let whole = true;
  const inner = (part) => [...part.querySelectorAll("[data-part]")].filter((child) => child.parentElement.closest("[data-part]") === part);
  const next = new Map(inner(fresh).map((child) => [child.id, child]));
  const now = inner(old);
  if (now.length === 0) return false;
  for (const child of now) {
    const twin = next.get(child.id);
    if (twin) whole = merge(child, twin) && whole;
    else if (busy(child)) whole = false;
    else child.remove();
  }
  let before = null;
  for (const child of next.values()) {
    const here = document.getElementById(child.id);
    if (here) before = here;
    else if (before) {
      before.after(document.adoptNode(child));
      before = child;
      added(child);
    } else {
      const first = inner(old)[0];
      if (first) first.before(document.adoptNode(child));
      else old.append(document.adoptNode(child));
      before = child;
      added(child);
    }
  }
  return whole;
}

function replace(old, fresh) {
  moved();
  const open = [...old.querySelectorAll("details[open][id]")].map((details) => details.id);
  const scroll = old.scrollTop;
  fresh = document.adoptNode(fresh);
  old.replaceWith(fresh);
  for (const id of open) {
    const details = document.getElementById(id);
    if (details) details.open = true;
  }
  fresh.scrollTop = scroll;
  added(fresh);
}

function added(part) {
  if (window.htmx) window.htmx.process(part);
  part.dispatchEvent(new CustomEvent("look:added", { bubbles: true }));
}

// Somebody works in it: the focus is in it, a field differs from what the server sent, or its words are being selected.
function busy(part) {
  if (part.contains(document.activeElement) && document.activeElement !== document.body) return true;
  if (changed(part)) return true;
  const chosen = document.getSelection();
  return Boolean(chosen && !chosen.isCollapsed && part.contains(chosen.anchorNode));
}

function changed(part) {
  for (const field of part.querySelectorAll("input, textarea, select")) {
    if (field.type === "hidden" || field.type === "submit") continue;
    if (field.matches("select")) {
      const options = [...field.options];
      const set = options.some((option) => option.defaultSelected);
      if (options.some((option, i) => option.selected !== (set ? option.defaultSelected : !field.multiple && i === 0))) return true;
    } else if (field.type === "checkbox" || field.type === "radio") {
      if (field.checked !== field.defaultChecked) return true;
    } else if (field.value !== field.defaultValue) return true;
  }
  return false;
}

// Tokens differ in every answer and are no news.
function same(old, fresh) {
  return plain(old) === plain(fresh);
}

function plain(part) {
  const copy = part.cloneNode(true);
  copy.classList.remove("live-waiting");
  if (!copy.getAttribute("class")) copy.removeAttribute("class");
  for (const field of copy.querySelectorAll('input[type="hidden"]')) field.remove();
  for (const details of copy.querySelectorAll("details")) details.removeAttribute("open");
  return copy.outerHTML.replace(/\s+/g, " ");
}

function say(words) {
  const bar = document.getElementById("stale");
  if (!bar) return;
  const line = bar.querySelector("[data-stale-words]");
  if (line.textContent !== words) line.textContent = words;
  bar.hidden = !words;
}

function clock(at) {
  return at.toLocaleTimeString("en-GB", { hour: "numeric", minute: "2-digit" });
}
