/* The clock of the room: the hour in Québec, and the minutes left of the point under way. */
"use strict";

(() => {
  const { words } = globalThis.roomCards;
  const hourOf = new Intl.DateTimeFormat("fr-CA", {
    timeZone: "America/Toronto",
    hour: "numeric",
    minute: "2-digit",
    hourCycle: "h23",
  });

  const write = (place, text) => {
    if (place.textContent !== text) place.textContent = text;
  };

  const tick = (now) => {
    const parts = hourOf.formatToParts(now);
    const part = (type) => parts.find((each) => each.type === type).value;
    const hour = document.querySelector("[data-clock-now]");
    write(hour, `${Number(part("hour"))}\u00a0h\u00a0${part("minute")}`);
    const left = document.querySelector("[data-clock-left]");
    if (!left?.dataset.minutes) return;
    const gone = Math.floor((now - Date.parse(left.dataset.started)) / 60_000);
    const n = Number(left.dataset.minutes) - gone;
    write(left, n >= 0 ? words("left", { n }) : words("over", { n: -n }));
  };

  /* By the server's clock, which every screen of the room shares. */
  const startClock = (serverNow) => {
    const offset = Date.parse(serverNow) - Date.now();
    const next = () => tick(new Date(Date.now() + offset));
    setInterval(next, 1000);
    next();
    return next;
  };

  globalThis.roomClock = { startClock };
})();
