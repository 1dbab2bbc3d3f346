// Questions that an answer opens: hidden until it is given. Without this script they all show, each under the answer that it belongs to.
const FOLLOW = "[data-follows]";

function opened(part) {
  const form = part.closest("form, [data-section]") || document;
  const name = CSS.escape(part.dataset.follows);
  return [...form.querySelectorAll(`[name="${name}"]`)].some((each) => each.checked && each.value === part.dataset.when);
}

function settle() {
  for (const part of document.querySelectorAll(FOLLOW)) part.hidden = !opened(part);
}

document.addEventListener("change", settle);
document.addEventListener("look:added", settle);
// A draft that is put back, or a page that comes back, changes answers without anybody touching them.
document.addEventListener("offline:restored", settle);
addEventListener("pageshow", settle);
settle();
