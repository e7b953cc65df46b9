/* What pages gain with JavaScript; none of them needs it. */
"use strict";

/* Theme: the cookie lets the server write the page in the right colours at once. */
for (const button of document.querySelectorAll("[data-theme-switch]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const root = document.documentElement;
    const dark = root.dataset.theme
      ? root.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    document.cookie = `theme=${root.dataset.theme}; path=/; max-age=31536000; samesite=lax`;
  });
}

/* Menus close with Escape and with a click elsewhere. */
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = event.target.closest?.("details.menu[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

/* The texts of a report, which one form of the page sends together without a script: with it, each
   has its own. Before drafts.js, that looks at the fields of each form. */
for (const field of document.querySelectorAll("form[data-text-form] [form]")) {
  field.removeAttribute("form");
}

/* A summary of errors takes the focus, so that it is read first. */
document.querySelector("[data-focus]")?.focus();

/* Ticked rows: count them, in the words of the page; a bar of actions shows only over ticked ones. */
function watchTicks(root) {
  for (const form of root.querySelectorAll("[data-tick-form]")) {
    if (form.dataset.watched) continue;
    form.dataset.watched = "1";
    const bar = form.querySelector(".bulk");
    const count = form.querySelector("[data-tick-count]");
    const boxes = [...form.querySelectorAll('input[type="checkbox"]')];
    const update = () => {
      const number = boxes.filter((box) => box.checked).length;
      if (bar) bar.hidden = number === 0;
      const { one = "mesure cochée", many = "mesures cochées" } = count.dataset;
      count.textContent = `${number} ${number > 1 ? many : one}`;
      for (const box of boxes) box.closest("li, tr").classList.toggle("picked", box.checked);
    };
    /* Links that ask the server for ticked boxes, when there is no script to tick them. */
    form.addEventListener("click", (event) => {
      const link = event.target.closest("[data-tick-all], [data-tick-none]");
      if (!link) return;
      event.preventDefault();
      for (const box of boxes) box.checked = "tickAll" in link.dataset;
      update();
    });
    form.addEventListener("change", update);
    update();
  }
}
watchTicks(document);
/* Lists that htmx brings. */
document.addEventListener("htmx:afterSettle", () => watchTicks(document));

/* A busy form says so, and a second click sends nothing twice. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.dataset.busy) {
    if (form.dataset.busy) event.preventDefault();
    return;
  }
  form.dataset.busy = "1";
  // A network that answers nothing must not close the form for ever.
  setTimeout(() => delete form.dataset.busy, 8000);
  for (const button of form.querySelectorAll("button[type=submit]")) {
    button.setAttribute("aria-busy", "true");
  }
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-busy]")) delete form.dataset.busy;
});

/* Files dropped on the page join those chosen by hand. */
for (const zone of document.querySelectorAll("[data-drop]")) {
  const input = zone.querySelector('input[type="file"]');
  const stop = (event) => event.preventDefault();
  zone.addEventListener("dragover", stop);
  zone.addEventListener("drop", (event) => {
    stop(event);
    const transfer = new DataTransfer();
    for (const file of [...input.files, ...event.dataTransfer.files]) transfer.items.add(file);
    input.files = transfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
