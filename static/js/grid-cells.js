/* The entry grid: one cell, what it holds, and the signs and words that say where it stands. The
   words are in templates/measures/_grid_words.html. For grid.js. */
"use strict";

(() => {
  const { same } = globalThis.gridText;
  const template = (id) => document.getElementById(id).content;
  const copyOf = (id) => template(id).firstElementChild.cloneNode(true);
  const put = (root, place, text) => {
    for (const part of root.querySelectorAll(place)) part.textContent = text;
  };

  /* « wrong » of 1 and of 3 are two sentences; {n} and others are filled in. */
  const words = (key, values = {}) => {
    const forms = template("grid-words");
    const find = (name) => forms.querySelector(`[data-say="${name}"]`);
    const form = find(key) ?? find(values.n > 1 ? `${key}-n` : `${key}-1`);
    return form.textContent.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  };

  const newKey = () => {
    const bytes = [...crypto.getRandomValues(new Uint8Array(16))];
    return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  };

  class Cell {
    constructor(input, memory) {
      this.input = input;
      this.memory = memory;
      this.box = input.closest("td");
      this.row = input.closest("tr");
      this.name = input.name;
      [, this.indicator, this.start] = /^(.*)\.([^.]*)$/.exec(input.name);
      this.year = document.getElementById(`y-${this.start.slice(0, 4)}`).dataset.label;
      this.label = `${document.getElementById(`r-${this.indicator}`).textContent}, ${this.year}`;
      /* What the server holds, and the version of it that this page has seen. */
      this.saved = input.dataset.saved ?? input.defaultValue;
      this.version = Number(input.dataset.version);
      this.isSending = false;
      /* The text that was refused, or that met another; it is not sent again as it stands. */
      this.refused = null;
      this.other = null;
      this.sign = document.createElement("span");
      this.sign.className = "grid-mark";
      this.sign.id = `m-${input.id}`;
      input.after(this.sign);
      this.note = document.getElementById(input.id.replace(/^c-/, "n-"));
      this.state = this.box.dataset.state ?? "";
      if (this.note) this.refused = this.text;
      this.mark(this.state);
    }

    get text() {
      return this.input.value.trim();
    }

    set text(value) {
      this.input.value = value;
    }

    get isChanged() {
      return !same(this.text, this.saved);
    }

    /* Refused or in conflict, with nothing typed since. */
    get isStuck() {
      return this.refused !== null && this.text === this.refused;
    }

    get isUnsent() {
      return !this.memory.isClosed && (this.isSending || this.isStuck || this.isChanged);
    }

    mark(state) {
      this.state = state;
      if (state) this.box.dataset.state = state;
      else delete this.box.dataset.state;
      const mark = template("grid-marks").querySelector(`[data-mark="${state}"]`);
      this.sign.replaceChildren(...(mark ? mark.cloneNode(true).childNodes : []));
      this.input.toggleAttribute("aria-invalid", state === "error" || state === "conflict");
      if (this.input.hasAttribute("aria-invalid")) this.input.setAttribute("aria-invalid", "true");
      const described = [state && this.sign.id, this.note?.id].filter(Boolean).join(" ");
      if (described) this.input.setAttribute("aria-describedby", described);
      else this.input.removeAttribute("aria-describedby");
    }

    /* One key for one text over one version: what is sent twice is stored once. */
    keyOf(text) {
      const about = `${this.version} ${text}`;
      if (this.keyAbout !== about) [this.key, this.keyAbout] = [newKey(), about];
      return this.key;
    }

    keep(isLeft) {
      const { text, version } = this;
      const about = { version, key: this.keyOf(text), left: isLeft };
      this.memory.keep(this.name, text, about);
    }

    /* Back to what was typed before a crash, or before the session ended. */
    recall({ text, version, key }) {
      this.text = text;
      this.version = version;
      [this.key, this.keyAbout] = [key, `${version} ${text}`];
      this.mark("dirty");
    }

    /* Nothing is left to send. */
    settle(state) {
      this.refused = this.other = null;
      this.removeNote();
      this.mark(state);
      this.memory.forget(this.name);
    }

    stored(sent, { text, version }) {
      this.saved = text;
      this.version = version;
      const isWritten = this.text !== sent && !same(this.text, text);
      if (isWritten) {
        this.keep(false);
        this.mark("dirty");
        return;
      }
      /* Not under the fingers of somebody who types. */
      if (document.activeElement !== this.input) this.text = text;
      this.settle("saved");
    }

    refuse(sent, message) {
      this.refused = sent;
      const note = copyOf("grid-error");
      put(note, "[data-year]", this.year);
      put(note, "[data-message]", message);
      this.showNote(note);
      this.mark("error");
    }

    /* Somebody else was faster: both texts, and a choice. */
    meet(sent, other, choose) {
      this.refused = sent;
      this.other = other;
      const note = copyOf("grid-conflict");
      put(note, "[data-year]", this.year);
      put(note, "[data-message]", other.message);
      put(note, "[data-mine]", sent);
      put(note, "[data-theirs]", other.text);
      const keep = note.querySelector("[data-keep]");
      if (other.is_closed) keep.remove();
      else note.querySelector("[data-if-closed]").remove();
      keep.addEventListener("click", () => choose(this, true));
      note.querySelector("[data-take]").addEventListener("click", () => choose(this, false));
      this.showNote(note);
      this.mark("conflict");
    }

    showNote(note) {
      this.removeNote();
      let row = this.row.nextElementSibling;
      if (!row?.matches(".grid-notes")) {
        row = copyOf("grid-notes");
        row.querySelector("td").colSpan = this.row.cells.length;
        this.row.after(row);
      }
      note.id = this.input.id.replace(/^c-/, "n-");
      row.querySelector("ul").append(note);
      this.note = note;
    }

    removeNote() {
      const row = this.note?.closest("tr");
      this.note?.remove();
      this.note = null;
      if (row && !row.querySelector("li")) row.remove();
    }
  }

  globalThis.gridCells = { Cell, copyOf, put, words };
})();
