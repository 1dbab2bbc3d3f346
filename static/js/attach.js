// A photograph is not lost in a dead spot: a page that is sent without network is gone, with what was taken and typed.
// So ask first whether there is any, and stay on the page where there is none.
const form = document.querySelector("form[data-ping]");
const said = document.querySelector("#no-network");
let sure = false;

async function reached(address) {
  try {
    return navigator.onLine && (await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(8000) })).ok;
  } catch {
    return false;
  }
}

form?.addEventListener("submit", async (event) => {
  if (sure) {
    sure = false;
    return;
  }
  event.preventDefault();
  sure = await reached(form.dataset.ping);
  said.hidden = sure;
  if (sure) form.requestSubmit();
  else said.scrollIntoView({ block: "center" });
});
window.addEventListener("online", () => {
  said.hidden = true;
});
