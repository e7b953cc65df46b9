/* The view of the room: follows the point under way and the card of who speaks. Without it, the page
   shows where things stood when it was opened. */
"use strict";

(() => {
  const screen = document.querySelector("[data-screen]");
  const EVERY = 3000;
  const find = (name) => screen.querySelector(`[data-${name}]`);
  const status = find("screen-status");
  const left = find("clock-left");
  const offset = Date.parse(screen.dataset.now) - Date.now();
  const hour = new Intl.DateTimeFormat("fr-CA", {
    timeZone: "America/Toronto",
    hour: "numeric",
    minute: "2-digit",
    hourCycle: "h23",
  });
  let since = "";
  let tag = "";

  const say = (place, text) => {
    if (place.textContent !== text) place.textContent = text;
  };
  const tick = () => {
    const now = new Date(Date.now() + offset);
    const part = (type) => hour.formatToParts(now).find((each) => each.type === type).value;
    say(find("clock-now"), `${Number(part("hour"))}\u00a0h\u00a0${part("minute")}`);
    const minutes = Number(screen.querySelector("[data-point]:not([hidden])").dataset.minutes ?? 0);
    if (!minutes || !left.dataset.started) return say(left, "");
    const n = minutes - Math.floor((now - Date.parse(left.dataset.started)) / 60_000);
    say(left, n >= 0 ? `reste ${n}\u00a0min` : `dépassé de ${-n}\u00a0min`);
  };

  const hear = ({ live, cards }) => {
    const points = [...screen.querySelectorAll("[data-point]")];
    /* A point or a card that this page does not have: made since it was opened. */
    const knows = (list, value) => list.some((each) => each === value);
    const item = live.item === null ? "" : String(live.item);
    const boxes = [...screen.querySelectorAll("[data-screen-card]")];
    const isNew =
      !knows(points.map((point) => point.dataset.point), item) ||
      (live.speaker && !knows(boxes.map((box) => box.dataset.slug), live.speaker));
    if (isNew) return location.reload();
    for (const point of points) point.hidden = point.dataset.point !== item;
    const at = points.findIndex((point) => point.dataset.point === item);
    const next = item === "" ? points[0] : points[at + 1];
    for (const line of screen.querySelectorAll("[data-next]")) {
      line.hidden = line.dataset.next !== next?.dataset.point;
    }
    left.dataset.started = live.started;
    for (const card of cards) {
      const box = boxes.find((each) => each.dataset.screenCard === String(card.pk));
      for (const place of box?.querySelectorAll("[data-text]") ?? []) {
        say(place, card[place.dataset.text]);
      }
    }
    for (const box of boxes) box.hidden = box.dataset.slug !== live.speaker;
    find("screen-agenda").hidden = live.speaker !== "";
    for (const line of screen.querySelectorAll("[data-line]")) {
      if (line.dataset.line === item) line.setAttribute("aria-current", "step");
      else line.removeAttribute("aria-current");
    }
    tick();
  };

  const poll = async () => {
    try {
      const response = await fetch(
        `${screen.dataset.state}?${new URLSearchParams({ ecran: "1", depuis: since })}`,
        {
          headers: tag ? { "If-None-Match": tag } : {},
          redirect: "manual",
          cache: "no-store",
          signal: AbortSignal.timeout(EVERY * 3),
        },
      );
      if (response.type === "opaqueredirect") say(status, status.dataset.out);
      else say(status, "");
      if (response.status === 200) {
        const data = await response.json();
        [since, tag] = [data.since, response.headers.get("ETag")];
        hear(data);
      }
    } catch {
      say(status, status.dataset.cut);
    }
    setTimeout(poll, EVERY);
  };

  setInterval(tick, 1000);
  tick();
  poll();
})();
