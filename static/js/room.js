/* The room: cards saved as one types, one open at a time, by keyboard; and what the others do. Without
   it, each card is a form and each organization a link. See room-cards.js and room-clock.js. */
"use strict";

(() => {
  const room = document.querySelector("[data-room]");
  if (!room) return;
  const { Card, CardMemory, CardSender, cardNamed, mark, words } = globalThis.roomCards;
  const { startClock } = globalThis.roomClock;
  const [PAUSE, EVERY] = [1000, 5000];

  const find = (name) => room.querySelector(`[data-room-${name}]`);
  const isWritable = room.dataset.writable === "1";
  const memory = new CardMemory(room.dataset.person, room.dataset.place);
  const cards = new Map(
    [...room.querySelectorAll("[data-card]")].map((box) => [box.dataset.card, new Card(box, memory)]),
  );
  let turn = [...document.querySelectorAll("[data-turn]")].map((item) => item.dataset.turn);
  let open = [...cards.values()].find((card) => !card.box.hidden);
  let lastSaved = "";
  let isUnheard = false;
  let knownLive = null;
  const tick = startClock(room.dataset.now);

  /* --- The line that says where things stand ---------------------------------------------- */

  const numbered = (key, n) => (n === 0 ? `${key}-0` : n === 1 ? `${key}-1` : `${key}-n`);
  const isWrong = (card) => card.held.size > 0 || card.isGone;

  const standing = () => {
    const wrong = [...cards.values()].filter(isWrong);
    const n = [...cards.values()].filter((card) => card.isSending || card.isChanged).length;
    if (!sender.hasSession) return words(numbered("session", n), { n });
    if (sender.isCut || isUnheard) {
      return memory.works ? words(numbered("offline", n), { n }) : words("offline-unkept");
    }
    if (wrong.some((card) => card.isGone)) return words("closed");
    if (wrong.length) {
      const names = wrong.map((card) => card.label).join(", ");
      return words(numbered("wrong", wrong.length), { n: wrong.length, names });
    }
    if (sender.isBusy) return words("sending");
    if (n) return words("dirty");
    return lastSaved ? words("last-saved", { at: lastSaved }) : words("all-saved");
  };

  const report = () => {
    const status = find("status");
    const text = standing();
    if (status.textContent !== text) status.textContent = text;
    const isOff = !sender.hasSession || sender.isCut || isUnheard;
    status.classList.toggle("state-off", isOff || [...cards.values()].some(isWrong));
    find("retry").hidden = !isOff;
    find("login").hidden = sender.hasSession;
    for (const card of cards.values()) showTurn(card);
    const filled = [...cards.values()].filter((card) => card.isFilled).length;
    const count = words(filled > 1 ? "filled-n" : "filled-1", { n: filled, of: cards.size });
    const place = document.querySelector("[data-turn-filled]");
    if (place && place.textContent !== count) place.textContent = count;
  };

  const showTurn = (card) => {
    const place = document.querySelector(`[data-turn="${card.name}"] [data-turn-mark]`);
    const name = isWrong(card) ? "review" : card.isFilled ? "filled" : "";
    if (!place || place.dataset.shown === name) return;
    place.dataset.shown = name;
    place.replaceChildren(...(name ? mark(name).childNodes : []));
  };

  /* --- Saving ------------------------------------------------------------------------------- */

  const onAnswer = (card, sent, answer) => {
    if (answer.state === "saved") {
      card.saved(sent, answer.card);
      lastSaved = answer.card.at;
    } else if (answer.state === "conflict") card.clash(sent, answer);
    else card.refuse(sent, answer.errors ?? {});
    if (card.isChanged && card.timer === undefined) sender.add(card);
    report();
  };

  const sender = new CardSender(room.querySelector("[data-room-token]"), {
    onAnswer,
    onChange: () => report(),
  });

  const send = (card) => {
    clearTimeout(card.timer);
    card.timer = undefined;
    if (card.isChanged) sender.add(card);
    else if (!card.isSending) {
      sender.remove(card);
      card.keep();
      report();
    }
  };

  const later = (card) => {
    clearTimeout(card.timer);
    card.timer = setTimeout(() => send(card), PAUSE);
  };

  const cardOf = (target) => cards.get(target.closest?.("[data-card]")?.dataset.card);
  const isField = (card, target) => card && card.fields[target.name] === target;

  room.addEventListener("input", ({ target }) => {
    const card = cardOf(target);
    if (!isField(card, target)) return;
    card.typed(target.name);
    if (!card.isSending) card.settle(null);
    /* A name of measure is sent whole: when it is left, or chosen in the list. */
    if (target.name !== "measure") later(card);
    report();
  });
  room.addEventListener("change", ({ target }) => {
    const card = cardOf(target);
    if (isField(card, target)) send(card);
  });
  room.addEventListener("focusout", ({ target }) => {
    const card = cardOf(target);
    if (isField(card, target)) send(card);
  });
  room.addEventListener("submit", (event) => {
    const card = cardOf(event.target);
    if (!event.target.matches("[data-card-form]")) return;
    event.preventDefault();
    event.stopPropagation();
    send(card);
  });
  room.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-choose]");
    if (!button) return;
    const card = cardOf(button);
    card.choose(button.closest("[data-field]").dataset.field, button.dataset.choose);
    card.settle(null);
    send(card);
    report();
  });

  find("retry").addEventListener("click", () => {
    sender.retry();
    poll();
  });
  let isLoggingIn = false;
  find("login").addEventListener("click", () => {
    isLoggingIn = memory.works;
  });
  addEventListener("beforeunload", (event) => {
    if (!isLoggingIn && [...cards.values()].some((card) => card.isUnsent)) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") for (const card of cards.values()) send(card);
  });

  /* --- One card open at a time ------------------------------------------------------------- */

  const show = (card, { isFocused = true } = {}) => {
    if (!card) return;
    if (open && open !== card) {
      send(open);
      open.box.hidden = true;
    }
    open = card;
    card.box.hidden = false;
    const address = `?carte=${encodeURIComponent(card.slug)}`;
    history.replaceState(null, "", address);
    find("login").search = `?next=${encodeURIComponent(location.pathname + address)}`;
    showSteps(card);
    for (const item of document.querySelectorAll("[data-turn]")) {
      const link = item.querySelector("a");
      if (item.dataset.turn === card.name) link.setAttribute("aria-current", "step");
      else link.removeAttribute("aria-current");
    }
    if (!isFocused) return;
    (isWritable ? card.fields.done : card.box.querySelector("h2")).focus();
    card.box.scrollIntoView({ block: "nearest" });
    find("said").textContent = card.label;
  };

  /* The turn may have changed since the page was written. */
  const showSteps = (card) => {
    for (const link of card.box.querySelectorAll("[data-step]")) {
      const other = cards.get(turn[turn.indexOf(card.name) + Number(link.dataset.step)]);
      link.hidden = !other;
      if (other) link.querySelector("[data-step-name]").textContent = other.box.dataset.short;
    }
  };

  const step = (by) => show(cards.get(turn[turn.indexOf(open?.name) + by]));

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-turn] a, a[data-step]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    if (link.dataset.step) step(Number(link.dataset.step));
    else show(cards.get(link.closest("[data-turn]").dataset.turn));
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-jump]")) return;
    event.preventDefault();
    const field = event.target.elements.carte;
    const card = cardNamed(turn.map((name) => cards.get(name)).filter(Boolean), field.value);
    if (!card) {
      find("said").textContent = "";
      find("said").textContent = words("no-card");
      field.setCustomValidity(words("no-card"));
      field.reportValidity();
      return;
    }
    field.value = "";
    show(card);
  });
  document.addEventListener("input", ({ target }) => {
    if (target.id === "aller") target.setCustomValidity("");
  });

  /* The next page reads the card: it waits for what was just typed. */
  room.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-after-save]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !open.isUnsent) return;
    event.preventDefault();
    send(open);
    const until = Date.now() + 5000;
    const leave = () => {
      if (open.isUnsent && Date.now() < until) setTimeout(leave, 100);
      else location.assign(link.href);
    };
    leave();
  });

  const isTyping = (target) =>
    target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  /* Where Alt and an arrow open a list or a calendar, they still do. */
  const opensList = (target) =>
    target.tagName === "SELECT" || (target.tagName === "INPUT" && target.matches("[list], [type=date]"));

  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (event.isComposing || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
    if (event.altKey) {
      const by = { ArrowDown: 1, ArrowUp: -1 }[key];
      if (!by || event.shiftKey || opensList(target)) return;
      event.preventDefault();
      step(by);
    } else if (key === "Escape" && isField(cardOf(target), target) && !opensList(target)) {
      const heading = open.box.querySelector("h2");
      heading.focus();
    } else if (!isTyping(target) && letters.checked && (!event.shiftKey || key === "/")) {
      const act = {
        j: () => step(1),
        k: () => step(-1),
        "/": () => document.getElementById("aller").focus(),
      }[key.toLowerCase()];
      if (!act) return;
      event.preventDefault();
      act();
    }
  });

  /* Keys of one letter can be put out: voice control types them. */
  const letters = document.querySelector("[data-room-letters]");
  try {
    letters.checked = localStorage.getItem("room-letters") !== "0";
    letters.addEventListener("change", () => {
      localStorage.setItem("room-letters", letters.checked ? "1" : "0");
    });
  } catch {
    /* A browser that remembers nothing: the keys are on until they are put out. */
  }

  /* --- What is done beside the cards: sent without leaving the page ------------------------- */

  const takeParts = (text) => {
    const page = new DOMParser().parseFromString(text, "text/html");
    for (const part of document.querySelectorAll("[data-part]")) {
      const fresh = page.getElementById(part.id);
      if (!fresh) continue;
      const unfolded = [...part.querySelectorAll("details[open][id]")].map((each) => each.id);
      const inside = part.contains(document.activeElement) ? document.activeElement : null;
      part.replaceWith(fresh);
      for (const id of unfolded) fresh.querySelector(`[id="${id}"]`)?.setAttribute("open", "");
      const again = inside?.id
        ? document.getElementById(inside.id)
        : inside && fresh.querySelector("button[type=submit], a");
      again?.focus();
    }
    turn = [...document.querySelectorAll("[data-turn]")].map((item) => item.dataset.turn);
    if (open) show(open, { isFocused: false });
    tick();
    report();
  };

  const hasLeft = (response) => response.type === "opaqueredirect" || response.url.includes("/connexion/");
  const away = () => {
    sender.hasSession = false;
    report();
  };

  const readAnew = async () => {
    const response = await fetch(location.href, { cache: "no-store" });
    if (hasLeft(response)) return away();
    if (response.ok) takeParts(await response.text());
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("[data-quiet]") || event.defaultPrevented) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const data = new FormData(form, event.submitter);
    data.set("csrfmiddlewaretoken", sender.form.elements.csrfmiddlewaretoken.value);
    try {
      const response = await fetch(form.action, { method: "POST", body: data });
      if (hasLeft(response)) return away();
      takeParts(await response.text());
      poll();
    } catch {
      isUnheard = true;
      report();
    }
  }, { capture: true });

  /* --- What the others do ---------------------------------------------------------------------- */

  let since = "";
  let tag = "";
  let pollTimer;

  const poll = async () => {
    clearTimeout(pollTimer);
    pollTimer = setTimeout(poll, EVERY);
    if (!sender.hasSession) return;
    const asked = new URLSearchParams({ depuis: since, carte: open?.slug ?? "" });
    try {
      const response = await fetch(`${room.dataset.state}?${asked}`, {
        headers: tag ? { "If-None-Match": tag } : {},
        redirect: "manual",
        cache: "no-store",
        signal: AbortSignal.timeout(EVERY * 2),
      });
      if (response.type === "opaqueredirect") return away();
      const wasUnheard = isUnheard;
      isUnheard = false;
      if (wasUnheard) sender.retry();
      if (response.status === 200) hear(await response.json(), response.headers.get("ETag"));
    } catch {
      isUnheard = true;
    }
    report();
  };

  const hear = (data, newTag) => {
    /* A change that a card could not take yet is asked for again. */
    let isWhole = true;
    for (const each of data.cards) isWhole = takeCard(each) && isWhole;
    if (isWhole) [since, tag] = [data.since, newTag];
    const people = find("people") ?? document.querySelector("[data-room-people]");
    people.replaceChildren(...data.people.map(personLine));
    const live = `${data.live.version} ${data.turn.join(" ")}`;
    if (knownLive !== null && knownLive !== live) readAnew().catch(() => {});
    knownLive = live;
  };

  const personLine = ({ name, card }) => {
    const line = document.createElement("li");
    line.textContent = card ? `${name} – ${card}` : name;
    return line;
  };

  const takeCard = (data) => {
    const card = cards.get(String(data.pk));
    if (!card || card.version >= data.version || card.isSending) return Boolean(!card?.isSending);
    const isTaken = card.meet(data, { ...card.stored }, { isCareful: true });
    if (isTaken && !card.isUnsent) {
      card.mark("saved", data);
      if (card === open) find("said").textContent = words("elsewhere", { name: data.by });
    }
    if (isTaken) card.keep();
    return isTaken;
  };

  /* --- The page --------------------------------------------------------------------------------------- */

  /* What was typed and not stored when the tab died: it leaves now, once. */
  const recall = () => {
    for (const [name, draft] of memory.all()) {
      const card = cards.get(name);
      if (!card) continue;
      card.recall(draft);
      send(card);
    }
  };

  for (const submit of room.querySelectorAll("[data-card-submit]")) submit.hidden = true;
  find("standing").hidden = !isWritable;
  find("help").hidden = false;
  if (isWritable) recall();
  report();
  poll();
})();
