/* Meetings: print the poster; add and move points of a synthesis without asking the server.
   Without this file the same buttons post the form, which comes back with every text kept. */
"use strict";

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

/* A form with one list of rows, or each of the lists of a form. */
for (const list of document.querySelectorAll("[data-points]")) {
  const rows = list.querySelector("[data-rows]");
  const blank = list.querySelector("[data-blank]");
  const said = list.querySelector("[data-said]");
  const { points: prefix, noun } = list.dataset;
  /* Never reused: the server reads rows in the order of the page, whatever their number. */
  let next = rows.children.length;

  const number = () => {
    [...rows.children].forEach((row, index) => {
      row.id = `${prefix || "point"}-${index + 1}`;
      row.querySelector("[data-number]").textContent = index + 1;
    });
    rows.dispatchEvent(new CustomEvent("rows:numbered", { bubbles: true }));
  };

  /* Rows that drafts.js brought back. */
  list.addEventListener("rows:changed", number);

  list.addEventListener("click", (event) => {
    const move = event.target.closest("[data-move]");
    if (!move) return;
    event.preventDefault();
    const row = move.closest("[data-row]");
    const up = move.dataset.move === "up";
    const other = up ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    if (up) other.before(row);
    else other.after(row);
    number();
    move.focus();
    const place = [...rows.children].indexOf(row) + 1;
    said.textContent = `${noun || "Le point"} est maintenant le numéro ${place}.`;
  });

  list.querySelector("[data-add]").addEventListener("click", (event) => {
    event.preventDefault();
    const row = blank.content.firstElementChild.cloneNode(true);
    for (const element of row.querySelectorAll("*")) {
      for (const { name, value } of [...element.attributes]) {
        if (value.includes("__row__")) {
          element.setAttribute(name, value.replaceAll("__row__", String(next)));
        }
      }
    }
    next += 1;
    rows.append(row);
    number();
    row.querySelector("textarea, input[type=text]").focus();
  });
}
