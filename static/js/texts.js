/* The texts of a report: saved about a second after the last key, united with what others wrote,
   and nothing lost when two wrote the same lines. Without it, any button sends all the texts of the
   page; with it, each is a form of its own (chantier.js).
   drafts.js keeps in the browser what is not stored yet. Words: templates/reports/_text_words.html. */
"use strict";

(() => {
  const page = document.querySelector("[data-texts]");
  if (!page) return;
  const { Sender } = globalThis.gridSend;
  const PAUSE = 1000;
  const template = (id) => document.getElementById(id).content;
  const plain = (text) => text.replace(/\r\n?/g, "\n").trimEnd();
  const newKey = () => {
    const bytes = [...crypto.getRandomValues(new Uint8Array(16))];
    return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  };
  const numbers = new Intl.NumberFormat("fr-CA");
  const put = (root, place, text) => {
    for (const part of root.querySelectorAll(place)) part.textContent = text;
  };

  class TextSender extends Sender {
    addressOf(passage) {
      return passage.form.action;
    }

    dataOf(passage, text) {
      return { section: passage.start, author: page.dataset.texts, text };
    }

    formIn(other) {
      const texts = other.querySelector("[data-texts]");
      return texts?.dataset.texts === page.dataset.texts ? texts.querySelector("form") : null;
    }

    /* Every form has the token; a new log-in renews them all. */
    async renew() {
      const isBack = await super.renew();
      const token = this.form.elements.csrfmiddlewaretoken.value;
      for (const field of page.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
      return isBack;
    }
  }

  class Passage {
    constructor(form) {
      this.form = form;
      this.field = form.elements.text;
      /* One sending at a time for each text. */
      this.start = form.elements.section.value;
      this.stored = plain(form.querySelector("[data-stored]").value);
      this.sign = form.querySelector("[data-text-state]");
      this.count = form.querySelector("[data-text-count]");
      this.theirs = null;
      this.isSending = false;
      this.counted();
    }

    get text() {
      return plain(this.field.value);
    }

    get version() {
      return this.form.elements.version.value;
    }

    get isChanged() {
      return this.theirs === null && this.text !== this.stored;
    }

    /* One key for one text over one version: what is sent twice is stored once. */
    keyOf(text) {
      const about = `${this.version} ${text}`;
      if (this.keyAbout !== about) [this.key, this.keyAbout] = [newKey(), about];
      return this.key;
    }

    counted() {
      const [length, limit] = [this.text.length, Number(this.field.dataset.limit)];
      const over = length > limit;
      const key = over ? "over" : "count";
      const words = template("text-words").querySelector(`[data-say="${key}"]`).textContent;
      this.count.textContent = words
        .replace("{n}", numbers.format(over ? length - limit : length))
        .replace("{of}", numbers.format(limit));
      this.count.classList.toggle("state-off", over);
    }

    mark(state, about = {}) {
      if (state === "sending") return;
      if (state === "offline" && !sender.hasSession) state = "session";
      /* What waits says so once: its buttons keep the focus. */
      const isWaiting = ["offline", "session"].includes(state);
      if (isWaiting && state === this.said) return;
      this.said = state;
      const sign = template("text-marks")
        .querySelector(`[data-mark="${state}"]`)
        .cloneNode(true);
      for (const [name, text] of Object.entries(about)) put(sign, `[data-${name}]`, text);
      this.sign.replaceChildren(...sign.childNodes);
      this.sign.classList.toggle("state-ok", ["saved", "united"].includes(state));
      const isOff = ["offline", "session", "conflict", "error"].includes(state);
      this.sign.classList.toggle("state-off", isOff);
    }

    saved(sent, answer) {
      const isUnited = answer.text !== sent;
      if (isUnited && this.text !== sent) {
        /* Typed on since: the old version stays the base, so that the next save unites again. */
        this.stored = sent;
        return;
      }
      this.stored = plain(answer.text);
      this.form.elements.version.value = answer.version;
      if (isUnited) {
        this.field.value = answer.text;
        this.counted();
      }
      this.mark(isUnited ? "united" : "saved", { at: answer.at });
      if (!this.isChanged) this.form.dispatchEvent(new CustomEvent("draft:stored"));
    }

    clash(answer) {
      this.drop();
      this.theirs = answer;
      const note = template("text-conflict").firstElementChild.cloneNode(true);
      put(note, "[data-theirs]", answer.text || "(rien)");
      put(note, "[data-by]", answer.by);
      this.field.after(note);
      this.mark("conflict");
    }

    drop() {
      this.form.querySelector("[data-conflict]")?.remove();
      this.theirs = null;
    }

    /* Last year's, under what is typed. */
    append(earlier) {
      this.field.value = this.text ? `${this.text}\n\n${earlier}` : earlier;
      this.field.dispatchEvent(new Event("input", { bubbles: true }));
      this.field.focus();
    }

    choose(which) {
      const { text, version } = this.theirs;
      this.drop();
      this.form.elements.version.value = version;
      this.stored = plain(text);
      if (which === "theirs") this.field.value = text;
      if (which === "both") this.field.value = `${text}\n\n${this.field.value}`;
      this.field.dispatchEvent(new Event("input", { bubbles: true }));
      this.field.focus();
    }
  }

  const forms = [...page.querySelectorAll("form[data-text-form]")];
  if (!forms.length) return;
  const passages = new Map(forms.map((form) => [form, new Passage(form)]));

  const sender = new TextSender(forms[0], {
    onAnswer: (passage, sent, answer) => {
      if (answer.state === "saved") passage.saved(sent, answer);
      else if (answer.state === "conflict") passage.clash(answer);
      else passage.mark("error", { message: answer.message });
      if (answer.state === "saved" && passage.isChanged) later(passage);
    },
    /* A text typed while nothing leaves waits too. */
    onChange: () => {
      const isHeld = !sender.hasSession || sender.isCut;
      if (isHeld) sender.waiting.forEach((passage) => passage.mark("offline"));
    },
  });

  const send = (passage) => {
    clearTimeout(passage.timer);
    if (passage.isChanged) sender.add(passage);
  };
  const later = (passage) => {
    clearTimeout(passage.timer);
    passage.timer = setTimeout(() => send(passage), PAUSE);
  };

  page.addEventListener("input", ({ target }) => {
    const passage = passages.get(target.form);
    if (!passage || target !== passage.field) return;
    passage.counted();
    later(passage);
  });
  page.addEventListener("focusout", ({ target }) => {
    const passage = passages.get(target.form);
    if (passage && target === passage.field) send(passage);
  });
  page.addEventListener("submit", (event) => {
    const passage = passages.get(event.target);
    /* Two texts met: the page of the server shows both. */
    if (!passage || passage.theirs !== null) return;
    event.preventDefault();
    event.stopPropagation();
    const earlier = event.submitter?.dataset.earlier;
    if (earlier !== undefined) {
      passage.append(earlier);
      event.submitter.closest("details").hidden = true;
    }
    if (passage.isChanged) send(passage);
    else passage.mark("same");
  });
  page.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-choose]");
    if (button) passages.get(button.form).choose(button.dataset.choose);
    if (target.closest("[data-retry]")) sender.retry();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") passages.forEach(send);
  });
})();
