/* The entry grid: what leaves, in which order, and what comes back. One sending at a time for each
   year, for what is computed from several cells of a year must come back in order. A network that
   is cut is tried again, later and later; a session that ended waits for its person. For grid.js,
   and for the room (room-cards.js), whose cards are sent alike. */
"use strict";

(() => {
  const MOST_AT_ONCE = 3;
  const FIRST_PAUSE = 1000;
  const LONGEST_PAUSE = 30_000;
  const PATIENCE = 20_000;

  class Sender {
    constructor(form, { onAnswer, onChange }) {
      this.form = form;
      this.onAnswer = onAnswer;
      this.onChange = onChange;
      this.waiting = new Set();
      this.flying = new Set();
      this.failures = 0;
      this.hasSession = true;
      addEventListener("online", () => this.retry());
      /* Back from another tab, or from another window. */
      const isBack = () => {
        if (document.visibilityState === "visible" && !this.hasSession) this.retry();
      };
      document.addEventListener("visibilitychange", isBack);
      addEventListener("focus", isBack);
    }

    get isCut() {
      return this.failures > 0;
    }

    get isBusy() {
      return this.waiting.size + this.flying.size > 0;
    }

    add(cell) {
      this.waiting.add(cell);
      this.next();
    }

    remove(cell) {
      this.waiting.delete(cell);
    }

    next() {
      this.onChange();
      if (this.timer || !this.hasSession) return;
      const years = new Set([...this.flying].map((cell) => cell.start));
      for (const cell of [...this.waiting]) {
        if (this.flying.size >= MOST_AT_ONCE) return;
        if (years.has(cell.start)) continue;
        years.add(cell.start);
        this.send(cell);
      }
    }

    async send(cell) {
      const sent = cell.text;
      this.waiting.delete(cell);
      this.flying.add(cell);
      cell.isSending = true;
      cell.mark("sending");
      const answer = await this.post(cell, sent);
      cell.isSending = false;
      this.flying.delete(cell);
      if (["saved", "error", "conflict"].includes(answer.state)) {
        this.failures = 0;
        this.onAnswer(cell, sent, answer);
        if (cell.isSentAgain && !cell.isStuck && cell.isChanged) this.waiting.add(cell);
        cell.isSentAgain = false;
      } else {
        this.waiting.add(cell);
        if (answer.state === "session") this.hasSession = false;
        else this.pause();
        for (const each of this.waiting) each.mark("offline");
      }
      this.next();
    }

    addressOf() {
      return this.form.dataset.address;
    }

    dataOf(cell, text) {
      return { indicator: cell.indicator, period_start: cell.start, value: text };
    }

    /* The form that holds the token, in a page that is read anew. */
    formIn(page) {
      const form = page.querySelector("form[data-grid]");
      return form?.dataset.person === this.form.dataset.person ? form : null;
    }

    async post(cell, text) {
      const data = {
        csrfmiddlewaretoken: this.form.elements.csrfmiddlewaretoken.value,
        ...this.dataOf(cell, text),
        version: cell.version,
        submission_key: cell.keyOf(text),
      };
      let response;
      try {
        response = await fetch(this.addressOf(cell), {
          method: "POST",
          headers: { Accept: "application/json" },
          body: new URLSearchParams(data),
          redirect: "manual",
          signal: AbortSignal.timeout(PATIENCE),
        });
        if ([200, 409, 422].includes(response.status)) return await response.json();
      } catch {
        /* Cut, too slow, or a page of somebody else in between: not an answer. */
        return { state: "cut" };
      }
      /* A redirection leads to log in; another log-in makes another token. */
      const isOut = response.type === "opaqueredirect" || [401, 403].includes(response.status);
      if (isOut) return { state: "session" };
      return response.status === 404 ? { state: "error", message: "" } : { state: "cut" };
    }

    /* Twice as long after each failure. */
    pause() {
      if (this.timer) return;
      this.failures += 1;
      const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (this.failures - 1));
      this.timer = setTimeout(() => {
        this.timer = 0;
        this.next();
      }, pause);
    }

    async retry() {
      clearTimeout(this.timer);
      this.timer = 0;
      if (!this.hasSession) this.hasSession = await this.renew();
      this.next();
    }

    /* Whether the same person is logged in again, here or in another tab. */
    async renew() {
      try {
        const response = await fetch(location.href, { redirect: "manual", cache: "no-store" });
        if (!response.ok) return false;
        const page = new DOMParser().parseFromString(await response.text(), "text/html");
        const form = this.formIn(page);
        if (!form) return false;
        const token = "csrfmiddlewaretoken";
        this.form.elements[token].value = form.elements[token].value;
        return true;
      } catch {
        return false;
      }
    }
  }

  globalThis.gridSend = { Sender };
})();
