/* The library of clauses: choices counted and kept from one search to the next, variables filled in
   while one types. Nothing of it is needed: the form sends the same without JavaScript. */
"use strict";

(() => {
  /* Choices. */
  function boxesOf(results) {
    const form = document.getElementById(results.dataset.choices);
    return [...form.elements].filter((field) => field.type === "checkbox");
  }

  function watch(results) {
    if (results.dataset.watched) return;
    results.dataset.watched = "1";
    results.addEventListener("change", (event) => {
      if (event.target.type === "checkbox") update(results);
    });
    update(results);
  }

  function update(results) {
    const boxes = boxesOf(results);
    const chosen = boxes.filter((box) => box.checked);
    const bar = results.querySelector(".bulk");
    if (bar) {
      bar.hidden = chosen.length === 0;
      const plural = chosen.length > 1 ? "s" : "";
      results.querySelector("[data-choices-count]").textContent =
        `${chosen.length} clause${plural} choisie${plural}`;
    }
    for (const box of boxes) box.closest("li")?.classList.toggle("picked", box.checked);
    // The other pages and the filters to take off keep the choices too.
    for (const link of results.querySelectorAll('a[href^="?"]')) {
      const query = new URLSearchParams(link.getAttribute("href").slice(1));
      query.delete("clause");
      for (const box of chosen) query.append("clause", box.value);
      link.setAttribute("href", `?${query}`);
    }
  }

  const watchAll = () => document.querySelectorAll("[data-choices]").forEach(watch);
  watchAll();
  document.addEventListener("htmx:afterSettle", watchAll);
  // « Back » restores the boxes after the page has run.
  addEventListener("pageshow", () => document.querySelectorAll("[data-choices]").forEach(update));

  /* Variables: the address follows, so that it can be kept. */
  for (const form of document.querySelectorAll("[data-fill]")) {
    const text = document.getElementById(form.dataset.fill);
    const show = (field) => {
      const value = field.value.trim();
      for (const mark of text.querySelectorAll("[data-variable]")) {
        if (mark.dataset.variable !== field.name) continue;
        mark.textContent = value || mark.dataset.model;
        mark.classList.toggle("is-filled", mark.textContent !== mark.dataset.model);
      }
    };
    // What notes the use of the clause starts from the text as it reads now.
    const carry = () => {
      for (const field of document.querySelectorAll(`[data-filled="${text.id}"]`)) {
        field.value = text.querySelector(".clause-text").textContent;
      }
    };
    // What was typed before this script came, or put back by « Back ».
    const typed = [...form.elements].filter((field) => field.value !== field.defaultValue);
    if (typed.length) {
      typed.forEach(show);
      carry();
    }
    form.addEventListener("input", (event) => {
      show(event.target);
      carry();
      const query = new URLSearchParams(new FormData(form));
      history.replaceState(history.state, "", `?${query}`);
    });
  }
})();
