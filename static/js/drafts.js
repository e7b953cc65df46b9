/* Drafts: what is typed in a form with `data-draft` is kept in this browser until the server says
   that it is stored, and offered back after a crash, a closed tab or a send that failed.

   One key of localStorage for each opening of a form: « draft:<person>:<form>:<opening> ». So two
   tabs never write over each other, and an old text stays until somebody takes it or drops it.
   The words are in templates/layout/_drafts.html; the server's part is chantier/lib/drafts.py;
   offline.js holds back what cannot be sent. */
"use strict";

(() => {
  const { aboutOf, differing, fieldsOf, fill, labelOf, readable, valuesOf } = globalThis.draftForm;
  const DAYS_KEPT = 7;
  const MOST_KEPT = 5;
  const PAUSE = 400;
  const offerTemplate = document.getElementById("draft-offer");
  const person = offerTemplate?.dataset.user ?? "";
  /* Nothing is written any more once the person has logged out, here or in another tab. */
  let closed = false;

  /* --- The memory of the browser: may be missing, closed or full ------------------------ */

  const attempt = (action, otherwise) => {
    try {
      return action();
    } catch {
      return otherwise;
    }
  };
  const isOurs = (key) => key.startsWith("draft:");
  const allKeys = () => attempt(() => Object.keys(localStorage).filter(isOurs), []);
  const remove = (key) => attempt(() => localStorage.removeItem(key));
  const write = (key, draft) =>
    attempt(() => {
      localStorage.setItem(key, JSON.stringify(draft));
      return true;
    }, false);
  const read = (key) =>
    attempt(() => {
      const draft = JSON.parse(localStorage.getItem(key));
      return Number.isFinite(draft.saved) && draft.values && draft.about ? draft : null;
    }, null);
  const forgetAll = () => allKeys().forEach(remove);
  const newName = () =>
    [...crypto.getRandomValues(new Uint8Array(8))]
      .map((byte) => byte.toString(16).padStart(2, "0"))
      .join("");

  /* What the server answered about the draft that was sent: « stored » or « shown ». */
  const takeAnswer = () => {
    const [, name, state] = document.cookie.match(/(?:^|; )draft=([0-9a-f-]+)\.(\w+)/) ?? [];
    if (!name) return {};
    document.cookie = "draft=; path=/; max-age=0; samesite=lax";
    return { name, state };
  };

  /* Drafts that have served, are too old, cannot be read, or belong to somebody else. */
  const clean = (answer) => {
    const oldest = Date.now() - DAYS_KEPT * 24 * 3600 * 1000;
    for (const key of allKeys()) {
      const [, author, , name] = key.split(":");
      const draft = read(key);
      const served = answer.state === "stored" && name === answer.name;
      if (served || !draft || draft.saved < oldest || (person && author !== person)) remove(key);
    }
  };

  /* --- Words ------------------------------------------------------------------------------- */

  const words = (key) =>
    document
      .getElementById("draft-words")
      .content.querySelector(`[data-say="${key}"]`).textContent;

  /* « 22 novembre, 14 h 05 », as the portal writes it. */
  const moment = (time) => {
    const date = new Date(time);
    const month = date.toLocaleDateString("fr-CA", { month: "long" });
    const minutes = date.getMinutes() ? `\u00a0${String(date.getMinutes()).padStart(2, "0")}` : "";
    const day = date.getDate() === 1 ? "1er" : date.getDate();
    return `${day}\u00a0${month}, ${date.getHours()}\u00a0h${minutes}`;
  };

  const holds = (list) => (list ?? []).some(Boolean);

  /* --- A form and its drafts ---------------------------------------------------------------- */

  class Keeper {
    constructor(form, answer) {
      this.form = form;
      this.prefix = `draft:${person}:${form.dataset.draft}:`;
      this.name = newName();
      this.offers = new Map();
      /* Whether the page came with a text that is not stored yet. */
      this.unsaved = false;
      this.sent = false;
      this.first = JSON.stringify(valuesOf(form));
      this.fileFields = [...form.querySelectorAll('input[type="file"]')];
      this.status = this.addStatus();
      this.meetPast(answer);
      form.addEventListener("input", () => this.later());
      form.addEventListener("change", () => this.later());
      /* Rows are moved by buttons. */
      form.addEventListener("click", () => this.later());
      form.addEventListener("draft:tell", ({ detail }) => this.tell(detail));
      form.addEventListener("draft:stored", () => this.stored());
    }

    get key() {
      return this.prefix + this.name;
    }

    get isTouched() {
      return this.unsaved || JSON.stringify(valuesOf(this.form)) !== this.first;
    }

    addStatus() {
      const status = document.createElement("p");
      status.className = "state draft-state";
      status.setAttribute("role", "status");
      const bar = this.form.querySelector(".save-bar");
      const button = this.form.querySelector("button[type=submit]:not([formaction])");
      if (bar) bar.append(status);
      else if (button) button.before(status);
      else this.form.append(status);
      return status;
    }

    say(key) {
      this.said = key;
      this.status.textContent = words(key);
      this.status.classList.toggle("state-off", /offline|held|not-kept/.test(key));
    }

    past() {
      return allKeys()
        .filter((key) => key.startsWith(this.prefix) && key !== this.key)
        .map((key) => ({ key, draft: read(key) }))
        .filter(({ draft }) => draft)
        .sort((one, other) => other.draft.saved - one.draft.saved);
    }

    meetPast(answer) {
      const here = valuesOf(this.form);
      for (const { key, draft } of this.past()) {
        const changed = differing(draft.values, here);
        const isHere = changed.length === 0;
        /* An answer where a text of the draft is missing is not the one that was meant. */
        const isLost = changed.some((name) => holds(draft.values[name]) && !holds(here[name]));
        const isAnswered =
          answer.state === "shown" && key === this.prefix + answer.name && !isLost;
        if (isAnswered || (isHere && !this.hasMoved(draft))) {
          /* Its text is in the page, where the server or the browser put it: go on from there. */
          if (this.unsaved) remove(key);
          else this.name = key.slice(this.prefix.length);
          this.unsaved = true;
        } else if (isHere) remove(key);
        else this.offer(key);
      }
      if (this.unsaved) this.save();
    }

    hasMoved(draft) {
      const version = this.form.elements.version?.value;
      return version !== undefined && version !== draft.about.version;
    }

    offer(key) {
      const place = this.offers.get(key);
      const draft = read(key);
      if (!draft) return;
      const box = offerTemplate.content.firstElementChild.cloneNode(true);
      for (const part of box.querySelectorAll("[data-when]")) {
        part.textContent = moment(draft.saved);
      }
      const shows = { sent: draft.sent, moved: this.hasMoved(draft), files: draft.files };
      for (const [name, isSo] of Object.entries(shows)) {
        if (!isSo) box.querySelector(`[data-if-${name}]`).remove();
      }
      const details = box.querySelector("details");
      /* With what stands in the form when one looks. */
      details.addEventListener("toggle", () => details.open && this.listDifferences(details, draft));
      box.querySelector("[data-take]").addEventListener("click", () => this.take(key));
      box.querySelector("[data-drop]").addEventListener("click", () => this.drop(key));
      if (place) place.replaceWith(box);
      else this.form.before(box);
      for (let fold = box.closest("details"); fold; fold = fold.parentElement.closest("details")) {
        fold.open = true;
      }
      this.offers.set(key, box);
    }

    listDifferences(details, draft) {
      const here = valuesOf(this.form);
      const list = details.querySelector("[data-diff]");
      list.replaceChildren();
      const line = document.getElementById("draft-line").content.firstElementChild;
      for (const name of differing(draft.values, here)) {
        const row = line.cloneNode(true);
        row.querySelector("[data-label]").textContent = labelOf(this.form, name);
        const put = (place, list) => {
          row.querySelector(place).textContent = readable(this.form, name, list, words("empty"));
        };
        put("[data-here]", here[name]);
        put("[data-kept]", draft.values[name]);
        list.append(row);
      }
    }

    withdraw(key) {
      this.offers.get(key)?.remove();
      this.offers.delete(key);
    }

    take(key) {
      const draft = read(key);
      if (!draft) return this.withdraw(key);
      this.save();
      if (read(this.key)) {
        /* What stood in the form is a text too: it is offered in its turn. */
        const replaced = this.key;
        this.name = newName();
        this.offer(replaced);
      }
      const first = fill(this.form, draft);
      if (this.save()) remove(key);
      this.withdraw(key);
      this.say("taken");
      this.focusOn(first);
    }

    drop(key) {
      remove(key);
      this.withdraw(key);
      this.say("dropped");
      this.focusOn();
    }

    /* The field, or the first one that takes the focus: some are closed or out of sight. */
    focusOn(field) {
      for (const candidate of [field, ...fieldsOf(this.form)]) {
        candidate?.focus();
        if (candidate && document.activeElement === candidate) return;
      }
    }

    later() {
      this.sent = false;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.save(), PAUSE);
    }

    /* Keep what the form holds, or nothing when it holds what the page brought. */
    save() {
      clearTimeout(this.timer);
      if (closed) return false;
      if (!this.isTouched) {
        remove(this.key);
        return false;
      }
      const { form, sent } = this;
      const files = this.fileFields.some((field) => field.files.length > 0);
      const values = valuesOf(form);
      const draft = { saved: Date.now(), sent, files, about: aboutOf(form), values };
      const done = write(this.key, draft);
      if (!done) this.say("not-kept");
      else if (!this.said || this.said === "not-kept") {
        this.say(this.fileFields.length ? "kept-but-files" : "kept");
      }
      for (const { key } of this.past().slice(MOST_KEPT)) remove(key);
      return done;
    }

    /* The server names this draft in its answer. */
    send() {
      this.sent = true;
      if (!this.save()) return;
      let field = this.form.querySelector('input[name="draft"]');
      if (!field) {
        field = document.createElement("input");
        field.type = "hidden";
        field.name = "draft";
        this.form.append(field);
      }
      field.value = this.name;
    }

    /* The browser kept this page whole, and shows it again: what it sent may be stored since. */
    wake() {
      if (!this.sent || read(this.key)) return;
      this.sent = this.unsaved = false;
      this.first = JSON.stringify(valuesOf(this.form));
    }

    /* texts.js has it from the server: what the form holds is stored. */
    stored() {
      clearTimeout(this.timer);
      this.unsaved = this.sent = false;
      this.first = JSON.stringify(valuesOf(this.form));
      remove(this.key);
      this.said = undefined;
      this.status.textContent = "";
    }

    /* What offline.js has to tell. */
    tell(key) {
      if (key !== "online") this.save();
      /* Once for the page, or for each form that somebody writes in. */
      if (key === "offline" && !this.isTouched && keepers.values().next().value !== this) return;
      if (key === "offline" && this.said === "not-kept") this.say("offline-not-kept");
      else if (key !== "online" || /offline|held/.test(this.said)) this.say(key);
    }
  }

  /* --- The page ------------------------------------------------------------------------------ */

  const answer = takeAnswer();
  clean(answer);
  const keepers = new Map();
  if (person) {
    for (const form of document.querySelectorAll("form[data-draft]")) {
      if (form.elements.author?.value === person) keepers.set(form, new Keeper(form, answer));
    }
  }
  const each = (action) => keepers.forEach(action);

  const saveAll = () => each((keeper) => keeper.sent || keeper.save());
  addEventListener("pagehide", saveAll);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") saveAll();
  });
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    clean(takeAnswer());
    each((keeper) => keeper.wake());
  });

  /* Another tab took, dropped or wrote a draft, or logged out. */
  addEventListener("storage", ({ key, newValue }) => {
    if (key === "draft-closed") closed ||= newValue !== null;
    else if (key && isOurs(key)) {
      each((keeper) => {
        if (!keeper.offers.has(key)) return;
        if (newValue === null) keeper.withdraw(key);
        else keeper.offer(key);
      });
    }
  });

  const leave = () => {
    closed = true;
    /* For the other tabs: written, then erased with the rest. */
    attempt(() => localStorage.setItem("draft-closed", "1"));
    remove("draft-closed");
    forgetAll();
  };

  /* Last of all listeners: what another one stopped is not sent. */
  addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (event.target.matches("[data-logout]")) leave();
    keepers.get(event.target)?.send();
  });
})();
