// What JavaScript adds to pages that work without it: the design system's behaviour, live parts, shortcuts, no double sending.
// Nothing that was typed is kept in web storage: it would outlive the person who typed it.
import "./session.js";
import { keepClocks } from "./clock.js";
import "./steady.js";
import { keepLive } from "./live.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");

const address = document.querySelector('meta[name="govuk-js"]');
if (address) {
  import(address.content).then((govuk) => {
    govuk.initAll();
    // Parts that htmx or a poll brought in later.
    document.addEventListener("look:added", (event) => govuk.initAll({ scope: event.target }));
  });
}
document.addEventListener("htmx:afterSwap", (event) => {
  event.detail.target.dispatchEvent(new CustomEvent("look:added", { bubbles: true }));
});

// data-once: a form that is on its way is not sent a second time. The token in the form is what counts; this only spares a wait.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-once]") || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  setTimeout(() => delete form.dataset.sent, 8000);
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// data-keep: asks before a page with something typed is left.
let typed = false;
document.addEventListener("input", (event) => {
  if (event.target.closest("form[data-keep]")) typed = true;
});
for (const sent of ["submit", "offline:kept"]) {
  document.addEventListener(sent, () => {
    typed = false;
  });
}
window.addEventListener("beforeunload", (event) => {
  if (typed) event.preventDefault();
});

// data-shortcut="alt+l": focuses a field, presses a button, follows a link. Only with Alt: single letters would catch speech and typing.
document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey) return;
  const key = event.code.replace(/^(Key|Digit)/, "").toLowerCase();
  const target = document.querySelector(`[data-shortcut="alt+${CSS.escape(key)}"]`);
  if (!target) return;
  event.preventDefault();
  target.focus();
  if (target.matches("a, button")) target.click();
  else if (target.select) target.select();
});

// A text that is as long as it may be says so: what is typed or pasted beyond is not taken.
document.addEventListener("input", (event) => {
  const field = event.target;
  if (!field.matches("textarea[maxlength]")) return;
  const full = field.value.length >= field.maxLength;
  let says = field.nextElementSibling;
  if (!says || !says.matches("[data-full]")) {
    if (!full) return;
    says = document.createElement("p");
    says.dataset.full = "";
    says.className = "field-full";
    says.setAttribute("role", "alert");
    field.after(says);
  }
  says.textContent = full ? `This holds ${field.maxLength.toLocaleString("en-GB")} letters and is full: what is more is not taken. Write the rest elsewhere.` : "";
});

// data-print: a button that prints the page.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

window.addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details:not([open])")) {
    details.open = true;
    details.dataset.opened = "1";
  }
});
window.addEventListener("afterprint", () => {
  for (const details of document.querySelectorAll("details[data-opened]")) {
    details.open = false;
    delete details.dataset.opened;
  }
});

for (const element of document.querySelectorAll("[data-live]")) keepLive(element);
if (document.querySelector("[data-clock]")) keepClocks();
