/* The preparation of a meeting: the hours of the points and the sum of their minutes, as one types.
   Without this file they are those of the last answer of the server, which counts the same way. */
"use strict";

for (const form of document.querySelectorAll("[data-prepare]")) {
  const NBSP = "\u00a0";
  const DAY = 24 * 60;
  const points = () => [...form.querySelectorAll('[data-rows="agenda-"] > [data-row]')];
  const field = (row, name) => row.querySelector(`[name$="-${name}"]`);
  const sum = form.querySelector("[data-sum]");
  const balance = form.querySelector("[data-balance]");

  const minutesAt = (name) => {
    const [, hour, minute] = form.elements[name].value.match(/^(\d{1,2}):(\d{2})/) ?? [];
    return hour === undefined ? null : Number(hour) * 60 + Number(minute);
  };
  const lengthOf = (row) => {
    const typed = field(row, "minutes").value.trim();
    const counts = /^\d{1,3}$/.test(typed) && !field(row, "remove").checked;
    return counts ? Number(typed) : 0;
  };
  const twoDigits = (number) => String(number).padStart(2, "0");
  const clock = (moment) => {
    const rest = moment % 60;
    const hour = `${Math.floor((moment % DAY) / 60)}${NBSP}h`;
    return rest ? `${hour}${NBSP}${twoDigits(rest)}` : hour;
  };
  const length = (minutes) => {
    const hours = Math.floor(minutes / 60);
    const rest = minutes % 60;
    if (!hours) return `${rest}${NBSP}min`;
    return rest ? `${hours}${NBSP}h${NBSP}${twoDigits(rest)}` : `${hours}${NBSP}h`;
  };
  const difference = (left) => {
    if (left === 0) return "le compte est juste";
    if (left < 0) return `l’ordre du jour dépasse la fin de ${length(-left)}`;
    return `il reste ${length(left)}`;
  };
  const untimed = (count) => {
    if (!count) return "";
    return ` ${count}${NBSP}point${count > 1 ? "s n’ont" : " n’a"} pas de durée.`;
  };

  const tell = () => {
    const [start, end] = [minutesAt("starts_at"), minutesAt("ends_at")];
    let total = 0;
    let without = 0;
    for (const row of points()) {
      const minutes = lengthOf(row);
      row.querySelector("[data-clock]").textContent = start === null ? "" : clock(start + total);
      total += minutes;
      const counts = field(row, "title").value.trim() && !field(row, "remove").checked;
      if (counts && !minutes) without += 1;
    }
    const whole = start !== null && end !== null && end > start ? end - start : null;
    const left = whole === null ? 0 : whole - total;
    let said = `${length(total)} à l’ordre du jour`;
    if (whole !== null) said += `, pour ${length(whole)} de rencontre${NBSP}: ${difference(left)}`;
    sum.textContent = `${said}.${untimed(without)}`;
    balance.classList.toggle("note-hi", left < 0);
  };

  for (const kind of ["input", "change", "rows:numbered"]) form.addEventListener(kind, tell);
}
