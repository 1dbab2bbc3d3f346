// A button that copies a field. Without permission for the clipboard the text is selected, and people copy it by hand.
for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  const said = document.querySelector("#copied");
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.focus();
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      said.textContent = "Copied. Paste it into the other system.";
    } catch {
      said.textContent = "The text is selected: copy it with Ctrl C, or ⌘ C on a Mac.";
    }
  });
}
