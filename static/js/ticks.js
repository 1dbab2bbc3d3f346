// "Select all", for a list or for one class of it.
document.addEventListener("change", (event) => {
  const all = event.target.dataset?.tickAll;
  if (!all) return;
  for (const box of document.querySelectorAll(all === "all" ? 'input[type="checkbox"][name]' : `[data-tick="${CSS.escape(all)}"]`)) {
    box.checked = event.target.checked;
  }
});
