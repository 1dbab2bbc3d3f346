// A form at the door: a section goes on without network, what was restored is sent again, and the check page shows what waits here.

// “Nothing of this kind” and a tick beside it contradict each other: the last tap counts.
document.addEventListener(
  "change",
  (event) => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement) || box.type !== "checkbox" || !box.checked || !box.closest("form.filled")) return;
    const all = [...box.form.querySelectorAll(`input[type="checkbox"][name="${CSS.escape(box.name)}"]`)];
    const none = all.find((one) => one.value === "none");
    if (none) for (const one of all) if (one !== box && (box === none || one === none)) one.checked = false;
  },
  true,
);

function valuesOf(form) {
  const found = {};
  for (const [name, value] of new FormData(form)) {
    if (name === "csrfmiddlewaretoken" || name === "token" || typeof value !== "string") continue;
    found[name] = name in found ? [].concat(found[name], value) : value;
  }
  return found;
}

const section = document.querySelector("form[data-answers]");
const offline = window.offline;

if (section && offline) {
  const put = () => offline.queue.put({ visit: section.dataset.visit, kind: "answers", data: valuesOf(section) });
  let touched = false;
  let sent = "";
  section.addEventListener("input", () => (touched = true));

  // With network the server checks the section; without it everything is kept here and the next section opens.
  window.addEventListener(
    "submit",
    (event) => {
      if (event.target !== section || !offline.usable || (navigator.onLine && offline.reached)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      put().then(
        () => location.assign(section.dataset.onward),
        () => section.submit(),
      );
    },
    true,
  );

  // What was put back stands on the revisions that it was written on. All of it is sent again: what the school knows changes nothing.
  section.addEventListener("offline:restored", async () => {
    for (const field of section.querySelectorAll("[data-base]")) {
      const base = section.querySelector(`input[name="${CSS.escape(`base-${field.name}`)}"]`);
      if (base) field.dataset.base = base.value;
    }
    sent = await put().catch(() => "");
  });
  document.addEventListener("offline:sent", async (event) => {
    const { token, answer } = event.detail;
    if (!sent || token !== sent || answer.state === "refused" || touched) return;
    await offline.drafts.remove(section.dataset.draft);
    location.reload();
  });
}
