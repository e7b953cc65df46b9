/* « Copier le texte » : in one click, as plain text and with its layout, for a word processor.
   Without JavaScript the button is not there, and the text is to select. */
"use strict";

(() => {
  const COPIED = "Copié. À faire valider par votre service juridique.";
  const SELECTED = "Le texte est sélectionné : copiez-le avec Ctrl+C (ou ⌘C).";

  for (const button of document.querySelectorAll("[data-copy]")) {
    const text = document.getElementById(button.dataset.copy).querySelector(".clause-text");
    const status = button.parentElement.querySelector("[data-copy-status]");
    button.hidden = false;
    button.addEventListener("click", async () => {
      // Emptied first: the same words twice would not be read aloud again.
      status.textContent = "";
      const done = (await write(text)) || command(text);
      if (!done) select(text);
      setTimeout(() => (status.textContent = done ? COPIED : SELECTED), 50);
    });
  }

  async function write(text) {
    try {
      if (window.ClipboardItem && navigator.clipboard?.write) {
        const blob = (type, body) => new Blob([body], { type });
        const item = new ClipboardItem({
          "text/plain": blob("text/plain", plain(text)),
          "text/html": blob("text/html", rich(text)),
        });
        await navigator.clipboard.write([item]);
        return true;
      }
      if (navigator.clipboard) {
        await navigator.clipboard.writeText(plain(text));
        return true;
      }
    } catch {
      // Refused: there is another way, and the keyboard.
    }
    return false;
  }

  /* Where the page is not served over HTTPS, browsers still know the old command. */
  function command(text) {
    let done = false;
    const onCopy = (event) => {
      event.clipboardData.setData("text/plain", plain(text));
      event.clipboardData.setData("text/html", rich(text));
      event.preventDefault();
      done = true;
    };
    document.addEventListener("copy", onCopy);
    try {
      document.execCommand("copy");
    } catch {
      done = false;
    }
    document.removeEventListener("copy", onCopy);
    return done;
  }

  function select(text) {
    const range = document.createRange();
    range.selectNodeContents(text);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  }

  const plain = (text) => text.textContent.trim();

  /* Paragraphs; what is still to fill in stays marked, in bold as well as in colour. */
  function rich(text) {
    const pieces = [...text.childNodes].map((node) => {
      const words = escape(node.textContent);
      const isToFill = node.matches?.(".variable:not(.is-filled)");
      return isToFill ? `<b><span style="background-color:#ffff00">${words}</span></b>` : words;
    });
    const lines = pieces.join("").trim().split(/\n+/);
    return `<meta charset="utf-8">${lines.map((line) => `<p lang="fr-CA">${line}</p>`).join("")}`;
  }

  function escape(words) {
    const signs = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
    return words.replace(/[&<>"]/g, (sign) => signs[sign]);
  }
})();
