/* Offline in the middle of a form: what is typed stays, and nothing is sent to nobody, for the browser
   would trade the page for one of its own. drafts.js keeps the text and says so: « draft:tell ». */
"use strict";

(() => {
  const forms = document.querySelectorAll("form[data-draft]");
  const reachable = document.getElementById("draft-offer")?.dataset.reachable;
  if (!forms.length || !reachable) return;

  const tell = (form, detail) => form.dispatchEvent(new CustomEvent("draft:tell", { detail }));
  const tellAll = (detail) => forms.forEach((form) => tell(form, detail));

  /* A browser may say « offline » on a network without the Internet, where the portal answers. */
  const answers = () =>
    fetch(reachable, { method: "HEAD", cache: "no-store" }).then(
      (response) => response.ok,
      () => false,
    );

  const sure = new WeakSet();
  /* Before all other listeners: a form that is held back is not busy. */
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (navigator.onLine || !form.matches("form[data-draft]") || sure.delete(form)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      tell(form, "held");
      answers().then((isReached) => {
        if (!isReached) return;
        sure.add(form);
        form.requestSubmit(event.submitter);
      });
    },
    { capture: true },
  );

  addEventListener("offline", () => tellAll("offline"));
  addEventListener("online", () => tellAll("online"));
  if (!navigator.onLine) tellAll("offline");
})();
