/* « Copier l’adresse » of a calendar, in one click. Without JavaScript the button is not there, and
   one click on the address selects it. */
"use strict";

(() => {
  const COPIED = "Adresse copiée.";
  const SELECTED = "L’adresse est sélectionnée : copiez-la avec Ctrl+C (ou ⌘C).";

  for (const button of document.querySelectorAll("[data-copy-address]")) {
    const address = document.getElementById(button.dataset.copyAddress);
    const status = button.parentElement.querySelector("[data-copy-status]");
    button.hidden = false;
    button.addEventListener("click", async () => {
      // Emptied first: the same words twice would not be read aloud again.
      status.textContent = "";
      const done = await write(address.textContent.trim());
      if (!done) getSelection().selectAllChildren(address);
      setTimeout(() => (status.textContent = done ? COPIED : SELECTED), 50);
    });
  }

  /* Refused, or a page that is not served over HTTPS: there is the keyboard. */
  async function write(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return false;
    }
  }
})();
