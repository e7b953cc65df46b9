/* The room: one card of the round table, what it holds, what is stored of it, and what two people
   wrote in the same field. The words are in templates/meetings/_run_words.html. For room.js. */
"use strict";

(() => {
  const { Memory } = globalThis.gridText;
  const { Sender } = globalThis.gridSend;
  const FIELDS = ["done", "next_action", "need", "measure", "due_on"];
  const template = (id) => document.getElementById(id).content;
  const copyOf = (id) => template(id).firstElementChild.cloneNode(true);
  const put = (root, place, text) => {
    for (const part of root.querySelectorAll(place)) part.textContent = text;
  };
  const mark = (name) =>
    template("room-marks").querySelector(`[data-mark="${name}"]`).cloneNode(true);
  const words = (key, values = {}) => {
    const text = template("room-words").querySelector(`[data-say="${key}"]`).textContent;
    return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  };
  const plain = (text) => text.replace(/\r\n?/g, "\n").trim();
  const same = (one, other) => plain(one) === plain(other);
  const newKey = () => {
    const bytes = [...crypto.getRandomValues(new Uint8Array(16))];
    return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  };

  /* Cards are kept as cells of the grid are, under a name of their own:
     « draft:<person>:salle-<meeting>:<card> ». */
  class CardMemory extends Memory {
    constructor(person, place) {
      super(person, place);
      this.prefix = `draft:${person}:salle-${place}:`;
    }
  }

  class CardSender extends Sender {
    addressOf(card) {
      return card.form.action;
    }

    dataOf(card, text) {
      return JSON.parse(text);
    }

    formIn(page) {
      const room = page.querySelector("[data-room]");
      const isSame = room?.dataset.person === document.querySelector("[data-room]").dataset.person;
      return isSame ? room.querySelector("form[data-room-token]") : null;
    }
  }

  class Card {
    constructor(box, memory) {
      this.box = box;
      this.memory = memory;
      this.form = box.querySelector("[data-card-form]");
      this.name = box.dataset.card;
      this.slug = box.dataset.slug;
      this.label = box.dataset.name;
      /* One sending at a time for each card. */
      this.start = this.name;
      this.fields = Object.fromEntries(FIELDS.map((name) => [name, this.form.elements[name]]));
      /* What the server holds, as far as this page knows, and the version of it. */
      this.stored = this.each((name) => this.fields[name].dataset.stored);
      this.version = Number(this.form.elements.version.value);
      /* Fields that wait for a word of the person: { theirs, by } or { message }. */
      this.held = new Map();
      this.isSending = false;
      this.isSentAgain = false;
      this.isStuck = false;
      this.isGone = false;
      this.sign = box.querySelector("[data-card-state]");
      /* When and by whom it was last stored, once this page has heard of it. */
      this.last = null;
      this.wasMarked = false;
    }

    each(value) {
      return Object.fromEntries(FIELDS.map((name) => [name, value(name)]));
    }

    get here() {
      return this.each((name) => this.fields[name].value);
    }

    /* What is to be sent: a field that waits is as the server holds it, and so is the name of a
       measure that is still being written. */
    get outgoing() {
      const waits = (name) =>
        this.held.has(name) || (name === "measure" && document.activeElement === this.fields.measure);
      return this.each((name) => plain(waits(name) ? this.stored[name] : this.here[name]));
    }

    get text() {
      return JSON.stringify(this.outgoing);
    }

    get isChanged() {
      const { outgoing } = this;
      return !this.isGone && FIELDS.some((name) => !same(outgoing[name], this.stored[name]));
    }

    get isUnsent() {
      if (this.memory.isClosed) return false;
      const { here } = this;
      return this.isSending || FIELDS.some((name) => !same(here[name], this.stored[name]));
    }

    get isFilled() {
      return ["done", "next_action", "need"].some((name) => plain(this.here[name]) !== "");
    }

    /* One key for one text over one version: what is sent twice is stored once. */
    keyOf(text) {
      const about = `${this.version} ${text}`;
      if (this.keyAbout !== about) [this.key, this.keyAbout] = [newKey(), about];
      return this.key;
    }

    keep() {
      if (!this.isUnsent) {
        this.memory.forget(this.name);
        return;
      }
      const { version, stored } = this;
      const key = this.keyOf(this.text);
      const held = [...this.held].filter(([, wait]) => wait.theirs !== undefined);
      const about = { version, stored, key, keyAbout: this.keyAbout, held };
      this.memory.keep(this.name, JSON.stringify(this.here), about);
    }

    /* Back to what was typed before a crash, or before the session ended. */
    recall({ text, version, stored, key, keyAbout, held }) {
      const kept = JSON.parse(text);
      for (const name of FIELDS) this.fields[name].value = kept[name] ?? "";
      this.version = version;
      this.stored = stored;
      [this.key, this.keyAbout] = [key, keyAbout];
      for (const [name, wait] of held) this.wait(name, wait);
      this.settle(null);
    }

    /* What the server holds now, over what was sent or known (`about`). A field that was typed in
       since keeps its text; when the server's has moved too, the card stays on its version, and
       the next save finds out. */
    meet(card, about, { isCareful }) {
      const held = new Set(this.held.keys());
      const isFree = (name) =>
        held.has(name) ||
        (same(this.fields[name].value, about[name]) &&
          !(isCareful && document.activeElement === this.fields[name]));
      const { fields } = this;
      if (card.version <= this.version && isCareful) return true;
      if (FIELDS.some((name) => !same(card[name], about[name]) && !isFree(name))) return false;
      for (const name of FIELDS) {
        const wait = this.held.get(name);
        if (wait?.theirs !== undefined) this.renew(name, card);
        else if (!wait && isFree(name) && !same(fields[name].value, card[name])) {
          fields[name].value = card[name];
        }
        this.stored[name] = card[name];
      }
      this.version = card.version;
      this.form.elements.version.value = card.version;
      return true;
    }

    saved(sent, card) {
      this.meet(card, JSON.parse(sent), { isCareful: false });
      this.settle(card);
    }

    /* The same fields were written by two: each waits with both texts; the rest goes its way. */
    clash(sent, { card, fields }) {
      const mine = JSON.parse(sent);
      for (const name of FIELDS) {
        const isMet = fields.includes(name);
        if (isMet) this.wait(name, { theirs: card[name], by: card.by });
        else if (this.held.get(name)?.theirs !== undefined) this.renew(name, card);
        else if (!this.held.has(name) && same(mine[name], this.stored[name])) {
          /* Not typed in: what came meanwhile; typed in since: two texts again. */
          if (same(this.fields[name].value, this.stored[name])) this.fields[name].value = card[name];
          else if (!same(card[name], this.stored[name])) {
            this.wait(name, { theirs: card[name], by: card.by });
          }
        }
        this.stored[name] = card[name];
      }
      this.version = card.version;
      this.form.elements.version.value = card.version;
      this.settle(card);
    }

    refuse(sent, errors) {
      for (const [name, message] of Object.entries(errors)) {
        if (name in this.fields) this.wait(name, { message });
      }
      if (!Object.keys(errors).some((name) => name in this.fields)) this.isGone = true;
      this.settle(null);
    }

    settle(card) {
      this.keep();
      const waits = [...this.held.values()];
      if (waits.some((wait) => wait.theirs !== undefined)) this.mark("conflict");
      else if (waits.length || this.isGone) this.mark("error");
      else if (this.isChanged) this.mark("dirty");
      else if (card ?? this.last) this.mark("saved", card ?? this.last);
      else if (this.wasMarked) this.mark("");
    }

    mark(state, about = this.last) {
      if (state === "saved") this.last = about;
      if (state === "") {
        this.sign.replaceChildren();
        return;
      }
      this.wasMarked = true;
      const { at = "", by = "" } = about ?? {};
      const sign = mark(state);
      put(sign, "[data-at]", at);
      put(sign, "[data-by]", by);
      this.sign.replaceChildren(...sign.childNodes);
      this.sign.classList.toggle("state-ok", state === "saved");
      this.sign.classList.toggle("state-off", ["offline", "conflict", "error"].includes(state));
    }

    /* A note under the field. */
    wait(name, about) {
      this.release(name);
      this.held.set(name, about);
      const isClash = about.theirs !== undefined;
      const note = copyOf(isClash ? "room-conflict" : "room-error");
      put(note, "[data-theirs]", about.theirs || "(rien)");
      put(note, "[data-by]", about.by ?? "");
      put(note, "[data-message]", about.message ?? "");
      const field = this.fields[name];
      note.id = `n-${field.id}`;
      field.after(note);
      field.setAttribute("aria-invalid", "true");
      field.setAttribute("aria-describedby", note.id);
    }

    /* The other text has changed again while this one waits. */
    renew(name, card) {
      if (same(this.held.get(name).theirs, card[name])) return;
      this.wait(name, { theirs: card[name], by: card.by });
    }

    release(name) {
      this.held.delete(name);
      const field = this.fields[name];
      for (const note of field.parentElement.querySelectorAll(".field-note")) note.remove();
      field.removeAttribute("aria-invalid");
      field.removeAttribute("aria-describedby");
    }

    choose(name, which) {
      const { theirs } = this.held.get(name);
      const field = this.fields[name];
      const isText = field.tagName === "TEXTAREA";
      if (which === "theirs") field.value = theirs;
      if (which === "both" && isText) field.value = `${theirs}\n${field.value}`;
      this.release(name);
      field.focus();
    }

    /* What was refused is judged again once it is written anew. */
    typed(name) {
      if (this.held.get(name)?.message !== undefined) this.release(name);
      this.keep();
    }
  }

  const folded = (text) =>
    text
      .normalize("NFD")
      .replace(/\p{M}/gu, "")
      .toLowerCase()
      .trim();
  /* The card of an organization by its name, whole or in part, without accents; or by its address. */
  const cardNamed = (all, text) => {
    const wanted = folded(text);
    return (
      wanted &&
      (all.find((card) => folded(card.label) === wanted || card.slug === text) ??
        all.find((card) => folded(card.label).includes(wanted)))
    );
  };

  globalThis.roomCards = { Card, CardMemory, CardSender, cardNamed, mark, words };
})();
