/* « Copier le texte » : the button appears only where the browser can copy. */
(() => {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("[data-copy]")) {
    const text = document.getElementById(button.dataset.copy).querySelector(".clause-text");
    const status = button.parentElement.querySelector("[data-copy-status]");
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(text.textContent.trim());
        status.textContent = "Texte copié.";
      } catch {
        status.textContent = "La copie a échoué : sélectionnez le texte.";
      }
    });
  }
})();
