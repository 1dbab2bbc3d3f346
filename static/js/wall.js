// The screen on a wall: asks every ten seconds who is out. When no answer comes it says so, large, and since when it no longer knows;
// when the screen is switched off it shows nothing but that.

const EVERY = 10000;
const OLD = 30000;
const main = document.getElementById("wall");
const stale = document.getElementById("wall-stale");
let tag = "";
let last = Date.now();
let off = false;

function clock(at) {
  const time = new Date(at);
  return `${time.getHours()}:${String(time.getMinutes()).padStart(2, "0")}`;
}

function judge() {
  if (off) return;
  const old = Date.now() - last > OLD;
  stale.hidden = !old;
  document.body.classList.toggle("wall--stale", old);
  const words = `Out of date: nothing was heard since ${clock(last)}. Ask the office who is out.`;
  if (old && stale.textContent !== words) stale.textContent = words;
}

function switchedOff() {
  off = true;
  document.body.classList.remove("wall--stale");
  stale.hidden = true;
  const says = document.createElement("div");
  says.className = "wall__off";
  const title = document.createElement("h1");
  title.textContent = "This screen is switched off";
  const more = document.createElement("p");
  more.textContent = "It shows nothing any more. Whoever keeps the school’s screens can make it a new address.";
  says.append(title, more);
  document.querySelector(".wall__head")?.remove();
  main.replaceChildren(says);
}

async function ask() {
  try {
    const headers = tag ? { "If-None-Match": tag } : {};
    const answer = await fetch(main.dataset.wall, { headers, cache: "no-store", redirect: "error", signal: AbortSignal.timeout(8000) });
    if (answer.status === 410) {
      switchedOff();
      return;
    }
    if (answer.status !== 304) {
      if (!answer.ok) throw new Error(String(answer.status));
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("wall-parts");
      if (!fresh) throw new Error("another page");
      document.getElementById("wall-parts").replaceWith(fresh);
      tag = answer.headers.get("ETag") || "";
    }
    last = Date.now();
  } catch {
    // Judged by the clock below: one lost answer is no news.
  }
  judge();
}

setInterval(() => !off && ask(), EVERY);
setInterval(judge, 1000);
window.addEventListener("online", () => !off && ask());
