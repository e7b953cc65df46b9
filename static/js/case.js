/* « Copier le texte » of an argumentaire. Without it, the text stands in a field, to select. */
"use strict";

for (const button of document.querySelectorAll("[data-copy-field]")) {
  const field = document.getElementById(button.dataset.copyField);
  const status = button.parentElement.querySelector("[data-copy-status]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    status.textContent = "";
    field.select();
    let done = false;
    try {
      await navigator.clipboard.writeText(field.value);
      done = true;
    } catch {
      done = document.execCommand("copy");
    }
    const words = done ? "Copié." : "Le texte est sélectionné : copiez-le avec Ctrl+C (ou ⌘C).";
    setTimeout(() => (status.textContent = words), 50);
  });
}
