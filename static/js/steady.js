// A list moves up when an act takes a row away, and a second tap of the same finger would hit the next child. For a moment after an
// act, and after the list has moved, its buttons are deaf.
const REST = 1500;
let tapped = 0;
let timer = 0;

export function rest() {
  document.body.classList.add("resting");
  clearTimeout(timer);
  timer = setTimeout(() => document.body.classList.remove("resting"), REST);
}

// The list has moved by itself: that matters only to a finger that is still at it.
export function moved() {
  if (Date.now() - tapped < 2 * REST) rest();
}

document.addEventListener(
  "click",
  (event) => {
    const act = event.target.closest("[data-live-root] form button");
    if (!act) return;
    if (act.closest("[data-no-rest]")) return;
    if (document.body.classList.contains("resting")) {
      // Also when a key pressed it: Enter twice is as quick as a finger.
      event.preventDefault();
      event.stopPropagation();
    } else {
      tapped = Date.now();
    }
  },
  true,
);
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.closest("[data-live-root] form") && Date.now() - tapped < 500) rest();
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (!event.target.closest("[data-live-root] form") || Date.now() - tapped > 5000) return;
  // What was refused stays where it is, to be put right at once.
  if (event.detail.xhr && event.detail.xhr.status >= 400) document.body.classList.remove("resting");
  else rest();
});
