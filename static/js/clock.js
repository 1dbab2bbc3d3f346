// data-clock: the demo school's clock goes on in the browser, as fast as it runs there. The poll of the notices puts it right when
// somebody has set it anew.
const words = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", timeZone: "Europe/London" });
const time = new Intl.DateTimeFormat("en-GB", { hour: "numeric", minute: "2-digit", timeZone: "Europe/London" });
const begun = new WeakMap();

export function keepClocks() {
  setInterval(tick, 1000);
}

function tick() {
  for (const each of document.querySelectorAll("[data-clock]")) {
    if (!begun.has(each)) begun.set(each, Date.now());
    const at = Number(each.dataset.clock) + (Date.now() - begun.get(each)) * Number(each.dataset.clockSpeed || 1);
    const says = `${words.format(at).replace(",", "")}, ${time.format(at).replace(/^0/, "")}`;
    if (each.textContent !== says) each.textContent = says;
  }
}
