// The timers at the door tick: [data-until] counts down, [data-since] counts up against data-length (minutes). Without this script the
// page says the times themselves. `data-now` is the school's clock when the part was made.
const begun = new WeakMap();

function elapsed(each) {
  if (!begun.has(each)) begun.set(each, Date.now());
  return Math.floor((Date.now() - begun.get(each)) / 1000);
}

function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function say(each, words) {
  if (each.textContent !== words) each.textContent = words;
}

function tick() {
  for (const each of document.querySelectorAll("[data-until]")) {
    const left = Number(each.dataset.until) - Number(each.dataset.now) - elapsed(each);
    if (left > 0) say(each, `${clock(left)} left`);
    else if (!each.dataset.over) {
      each.dataset.over = "1";
      say(each, "The wait is over");
      document.querySelector("[data-live]")?.dispatchEvent(new CustomEvent("look:refresh", { bubbles: true }));
    }
  }
  for (const each of document.querySelectorAll("[data-since]")) {
    const inside = Number(each.dataset.now) - Number(each.dataset.since) + elapsed(each);
    const over = inside - Number(each.dataset.length) * 60;
    say(each, over > 0 ? `${clock(inside)} inside, ${clock(over)} over` : `${clock(inside)} of ${each.dataset.length}:00`);
  }
}

tick();
setInterval(tick, 1000);
