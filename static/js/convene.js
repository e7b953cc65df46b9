/* Convene: how many invitations leave, as people are ticked.
   Without this file the button keeps the number of people that the page listed. */
"use strict";

for (const form of document.querySelectorAll("[data-convene]")) {
  const label = form.querySelector("[data-convene-label]");
  form.addEventListener("change", () => {
    const count = form.querySelectorAll('[name="people"]:checked').length;
    const words = count < 2 ? label.dataset.one : label.dataset.many;
    label.textContent = words.replace(/[1N](?=\u00a0)/, String(count));
  });
}
