// Writing a concern: children are found while their name is typed, marks are put on the body by a tap. Without this script the children are
// found by a button and the marks are chosen from the list; the rows of that list are what is sent either way.
const form = document.querySelector("form[data-concern]");
const map = form.querySelector("[data-body-map]");
const SVG = "http://www.w3.org/2000/svg";

// Whom it is about

const search = form.querySelector('input[name="q"]');
const chosen = form.querySelector("[data-chosen]");
form.querySelector("[data-find]")?.remove();
search?.addEventListener("keydown", (event) => {
  if (event.key === "Enter") event.preventDefault();
});

// A draft that is put back brings the numbers of its children, encrypted on this tablet; their names are asked for. They stand in no address:
// the next person at this tablet would read there whom a concern was about.
async function putBack() {
  const { offline } = window;
  if (!form.dataset.findUrl || !offline?.usable || !offline.drafts) return;
  const found = await offline.drafts.read(form.dataset.draft);
  const numbers = [].concat(found?.data.pupil ?? []).filter((one) => !chosen.querySelector(`input[value="${CSS.escape(one)}"]`));
  if (!numbers.length) return;
  const body = new FormData();
  body.append("csrfmiddlewaretoken", form.querySelector('[name="csrfmiddlewaretoken"]').value);
  for (const one of numbers) body.append("pupil", one);
  const answer = await fetch(form.dataset.findUrl, { method: "POST", body, credentials: "same-origin" });
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const label of page.querySelectorAll("label.tick")) {
    label.querySelector("input").checked = true;
    label.classList.add("tick--first");
    chosen.append(label);
  }
}

// A page that was sent and comes back whole is asked for afresh: it is empty, whoever is signed in now.
let sent = false;
form.addEventListener("offline:kept", () => {
  sent = true;
});
addEventListener("pagehide", () => {
  sent ||= form.dataset.sent !== undefined;
});
addEventListener("pageshow", (event) => {
  if (event.persisted && sent) location.reload();
});

form.querySelector("[data-found]")?.addEventListener("change", (event) => {
  if (event.target.name !== "pupil" || !event.target.checked) return;
  const label = event.target.closest("label");
  const twin = chosen.querySelector(`input[value="${event.target.value}"]`);
  if (twin) twin.checked = true;
  else {
    label.classList.add("tick--first");
    chosen.append(label);
  }
  form.querySelector("[data-found]").replaceChildren();
  search.value = "";
  search.focus();
  keep();
});

// Marks on the body

const rows = () => [...map.querySelectorAll("[data-mark]")];
const part = (row) => row.querySelector("select");
const field = (row, name) => row.querySelector(`[name="mark_${name}"]`);
const optionOf = (row) => part(row).selectedOptions[0];
const middle = (option) => option.dataset.at.split(" ").map(Number);
const sideOf = (option) => (option.value.startsWith("back") ? "back" : "front");

function place(row, x, y) {
  field(row, "x").value = x;
  field(row, "y").value = y;
}

function keep() {
  const offline = window.offline;
  if (!offline?.usable || !offline.forms || !form.dataset.draft) return;
  const { token, next, ...data } = offline.forms.valuesOf(form);
  offline.drafts.put(form.dataset.draft, data).catch(() => false);
}

function clear(row) {
  part(row).value = "";
  field(row, "says").value = "";
  place(row, "", "");
  draw();
  keep();
}

function spot(row, number) {
  const option = optionOf(row);
  const [x, y] = field(row, "x").value === "" ? middle(option) : [field(row, "x").value, field(row, "y").value];
  const group = document.createElementNS(SVG, "g");
  group.setAttribute("class", "body__mark");
  group.setAttribute("tabindex", "0");
  group.setAttribute("role", "button");
  group.setAttribute("aria-label", `Mark ${number}, ${option.text}. Arrow keys move it, Delete takes it away.`);
  const circle = document.createElementNS(SVG, "circle");
  const text = document.createElementNS(SVG, "text");
  for (const [name, value] of [["cx", x], ["cy", y], ["r", 9]]) circle.setAttribute(name, value);
  for (const [name, value] of [["x", x], ["y", y], ["dy", 4]]) text.setAttribute(name, value);
  text.textContent = number;
  group.append(circle, text);
  group.addEventListener("click", (event) => {
    event.stopPropagation();
    field(row, "says").focus();
  });
  group.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [-3, 0], ArrowRight: [3, 0], ArrowUp: [0, -3], ArrowDown: [0, 3] }[event.key];
    if (event.key === "Delete") clear(row);
    if (!step) return;
    event.preventDefault();
    move(row, sideOf(option), Math.round(Number(x) + step[0]), Math.round(Number(y) + step[1]));
    map.querySelectorAll(".body__mark")[rows().filter((one) => part(one).value).indexOf(row)]?.focus();
  });
  return group;
}

function draw() {
  for (const marks of map.querySelectorAll("[data-marks]")) marks.replaceChildren();
  let empty = false;
  let count = 0;
  rows().forEach((row, index) => {
    const filled = part(row).value !== "";
    row.hidden = !filled && !field(row, "says").value && empty;
    if (!filled) empty = true;
    row.querySelector("[data-unmark]").hidden = !filled;
    row.querySelector(".mark__number").textContent = index + 1;
    if (!filled) return;
    count += 1;
    map.querySelector(`[data-body="${sideOf(optionOf(row))}"] [data-marks]`).append(spot(row, index + 1));
  });
  map.querySelector("[data-mark-count]").textContent = count ? `${count}` : "";
}

function nearest(row, side, x, y) {
  const far = (option) => middle(option).reduce((sum, at, axis) => sum + (at - [x, y][axis]) ** 2, 0);
  const there = [...part(row).options].filter((option) => option.value && sideOf(option) === side);
  return there.reduce((best, option) => (far(option) < far(best) ? option : best));
}

function move(row, side, x, y) {
  const [across, down] = [Math.min(199, Math.max(1, x)), Math.min(444, Math.max(1, y))];
  part(row).value = nearest(row, side, across, down).value;
  place(row, across, down);
  draw();
  keep();
}

function another() {
  const last = rows().at(-1);
  const row = last.cloneNode(true);
  const number = rows().length + 1;
  for (const labelled of row.querySelectorAll("[id]")) labelled.id = labelled.id.replace(/\d+$/, number);
  for (const label of row.querySelectorAll("label")) label.htmlFor = label.htmlFor.replace(/\d+$/, number);
  last.after(row);
  part(row).value = "";
  field(row, "says").value = "";
  place(row, "", "");
  return row;
}

for (const body of map.querySelectorAll("[data-body]")) {
  body.setAttribute("role", "group");
  body.addEventListener("click", (event) => {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(body.getScreenCTM().inverse());
    const row = rows().find((one) => !part(one).value && !field(one, "says").value) || another();
    move(row, body.dataset.body, Math.round(at.x), Math.round(at.y));
    field(row, "says").focus();
  });
}
map.addEventListener("change", (event) => {
  // A draft that is put back changes fields too, and brings the places of its marks with it.
  if (event.target.name === "mark_part" && event.isTrusted) place(event.target.closest("[data-mark]"), "", "");
  draw();
});
map.addEventListener("click", (event) => {
  const button = event.target.closest("[data-unmark]");
  if (button) clear(button.closest("[data-mark]"));
});
form.addEventListener("draft:restored", () => {
  putBack().catch(() => null);
  draw();
  if (rows().some((row) => part(row).value)) map.open = true;
});
form.addEventListener("reset", () => setTimeout(draw));
map.querySelector("[data-body-help]").hidden = false;
draw();
