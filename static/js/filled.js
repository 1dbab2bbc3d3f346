// A form at the door: questions that an answer opens are hidden until it is given. Without this script all of them show.
for (const form of document.querySelectorAll("form.filled")) {
  const parts = [...form.querySelectorAll("[data-follows]")];
  if (!parts.length) continue;
  form.classList.add("filled--live");
  const given = (name) => [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)].filter((one) => one.checked).map((one) => one.value);
  const look = () => {
    for (const part of parts) part.hidden = !given(part.dataset.follows).includes(part.dataset.when) && !part.querySelector(".govuk-error-message");
  };
  form.addEventListener("change", look);
  // A draft that is put back changes fields without a change by hand.
  form.addEventListener("draft:restored", look);
  look();
}

// “Nothing of this kind” and a tick beside it contradict each other: the last tap counts.
document.addEventListener("change", (event) => {
  const box = event.target;
  if (!(box instanceof HTMLInputElement) || box.type !== "checkbox" || !box.checked || !box.closest("form.filled")) return;
  const all = [...box.form.querySelectorAll(`input[type="checkbox"][name="${CSS.escape(box.name)}"]`)];
  const none = all.find((one) => one.value === "none");
  if (!none) return;
  for (const one of all) if (one !== box && one.checked && (box === none || one === none)) one.checked = false;
}, true);
