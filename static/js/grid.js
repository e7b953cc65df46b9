/* The entry grid: keyboard, paste, and the line that says where things stand. Without it, the grid is
   one form. grid-cells.js holds a cell, grid-send.js sends it, grid-text.js reads and remembers. */
"use strict";

(() => {
  const { Memory, blockOf, same } = globalThis.gridText;
  const { Cell, copyOf, put, words } = globalThis.gridCells;
  const { Sender } = globalThis.gridSend;
  const form = document.querySelector("form[data-grid]");
  if (!form) return;

  const find = (name) => form.querySelector(`[data-grid-${name}]`);
  const status = find("status");
  const memory = new Memory(form.dataset.person, form.dataset.place);
  /* As they stand on the page, row by row; null where nobody types. */
  const rows = [...form.querySelectorAll("tr[data-row]")].map((row) =>
    [...row.querySelectorAll("td")].map((box) => {
      const input = box.querySelector("input");
      return input ? new Cell(input, memory) : null;
    }),
  );
  const cells = rows.flat().filter(Boolean);
  const byInput = new Map(cells.map((cell) => [cell.input, cell]));
  let lastProblem = "";
  /* What happened last to a whole block; until somebody types. */
  let notice = "";

  /* --- The line that says where things stand ---------------------------------------------- */

  const standing = () => {
    const wrong = cells.filter((cell) => cell.isStuck).length;
    const unsent = sender.waiting.size + sender.flying.size;
    const typed = cells.filter((cell) => cell.state === "dirty").length;
    if (!sender.hasSession) return words("session", { n: unsent });
    if (sender.isCut) return words(memory.works ? "offline" : "offline-unkept", { n: unsent });
    if (unsent) return words("sending");
    if (wrong) return `${words("wrong", { n: wrong })} ${lastProblem}`;
    return typed ? words("dirty", { n: typed }) : words("all-saved");
  };

  const report = () => {
    const text = `${notice} ${standing()}`.trim();
    if (status.textContent !== text) status.textContent = text;
    const isOff = !sender.hasSession || sender.isCut;
    const isWrong = !sender.isBusy && cells.some((cell) => cell.isStuck);
    status.classList.toggle("state-off", isOff || isWrong);
    find("retry").hidden = !isOff;
    find("login").hidden = sender.hasSession;
  };

  const tell = (text) => {
    notice = text;
    report();
  };

  const onAnswer = (cell, sent, answer) => {
    if (answer.state === "saved") {
      cell.stored(sent, answer);
      for (const { key, text } of answer.computed) {
        const place = document.getElementById(`c-${key}`);
        if (place) place.textContent = text;
      }
      return;
    }
    if (answer.state === "conflict") cell.meet(sent, answer, choose);
    else cell.refuse(sent, answer.message || words("gone"));
    lastProblem = words("at", { label: cell.label, text: answer.message || words("gone") });
    /* The note has pushed the rows below it. */
    if (byInput.has(document.activeElement)) {
      document.activeElement.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  };

  const sender = new Sender(form, { onAnswer, onChange: report });

  /* --- What people do with a cell ------------------------------------------------------------ */

  /* The cell is left: what it holds is sent, unless it is what the server holds or refused. */
  const leave = (cell) => {
    if (cell.isStuck && !cell.isSending) return;
    if (cell.other) {
      /* Typed anew by somebody who has seen both texts. */
      cell.saved = cell.other.text;
      cell.version = cell.other.version;
    }
    if (cell.isSending) {
      cell.isSentAgain = true;
      if (cell.isChanged) cell.keep(true);
    } else if (!cell.isChanged) {
      sender.remove(cell);
      if (cell.refused !== null || cell.state !== "saved") cell.settle("");
      cell.text = cell.saved;
      report();
    } else {
      cell.refused = cell.other = null;
      cell.removeNote();
      cell.keep(true);
      cell.mark(sender.isCut ? "offline" : "dirty");
      sender.add(cell);
    }
  };

  const choose = (cell, isMine) => {
    const { text, version } = cell.other;
    const mine = cell.refused;
    cell.saved = text;
    cell.version = version;
    cell.settle("");
    cell.text = isMine ? mine : text;
    cell.input.focus();
    leave(cell);
  };

  const restore = (cell) => {
    if (cell.isSending || cell.other) return;
    sender.remove(cell);
    cell.text = cell.saved;
    cell.settle("");
    cell.input.select();
    report();
  };

  form.addEventListener("input", ({ target }) => {
    const cell = byInput.get(target);
    if (!cell) return;
    notice = "";
    sender.remove(cell);
    if (cell.isChanged) {
      cell.keep(false);
      if (!cell.isSending) cell.mark("dirty");
    } else if (!cell.isSending && !cell.other) cell.settle("");
    report();
  });
  form.addEventListener("focusout", ({ target }) => {
    const cell = byInput.get(target);
    if (cell) leave(cell);
  });

  /* --- Keyboard --------------------------------------------------------------------------------- */

  const placeOf = (cell) => {
    const row = rows.findIndex((line) => line.includes(cell));
    return [row, rows[row].indexOf(cell)];
  };

  const move = (cell, down, right) => {
    let [row, column] = placeOf(cell);
    do {
      row += down;
      column += right;
      const next = rows[row]?.[column];
      if (next) {
        next.input.focus();
        next.input.select();
        return;
      }
    } while (rows[row] && column >= 0 && column < rows[row].length);
  };

  /* A text that is selected whole is not being written: the arrows leave it. */
  const isAtEdge = ({ selectionStart, selectionEnd, value }, side) =>
    selectionEnd - selectionStart === value.length ||
    (selectionStart === selectionEnd && selectionStart === (side < 0 ? 0 : value.length));

  const KEYS = {
    ArrowUp: (cell) => move(cell, -1, 0),
    ArrowDown: (cell) => move(cell, 1, 0),
    ArrowLeft: (cell) => move(cell, 0, -1),
    ArrowRight: (cell) => move(cell, 0, 1),
    Enter: (cell, isShifted) => {
      leave(cell);
      move(cell, isShifted ? -1 : 1, 0);
    },
    Escape: restore,
  };

  form.addEventListener("keydown", (event) => {
    const cell = byInput.get(event.target);
    const action = KEYS[event.key];
    if (!cell || !action || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.isComposing || (event.shiftKey && event.key !== "Enter")) return;
    const side = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (side && !isAtEdge(cell.input, side)) return;
    event.preventDefault();
    action(cell, event.shiftKey);
  });

  /* --- Paste ---------------------------------------------------------------------------------------- */

  const undo = find("undo");
  let pasted = [];

  const sizeOf = (down, right) => {
    const parts = [];
    if (down) parts.push(words("rows", { n: down }));
    if (right) parts.push(words("columns", { n: right }));
    return parts.length > 1 ? words("and", { one: parts[0], other: parts[1] }) : parts[0];
  };

  /* Why a block cannot be pasted from this place; nothing when it can. */
  const obstacle = (block, top, left) => {
    const width = Math.max(...block.map((line) => line.length));
    const down = Math.max(0, top + block.length - rows.length);
    const right = Math.max(0, left + width - rows[0].length);
    if (down || right) {
      const size = sizeOf(down && block.length, right && width);
      return words("too-big", { size, over: sizeOf(down, right) });
    }
    const lines = [...form.querySelectorAll("tr[data-row]")];
    for (const [at, line] of block.entries()) {
      for (const [along, text] of line.entries()) {
        if (rows[top + at][left + along] || text === "") continue;
        const box = lines[top + at].querySelectorAll("td")[left + along];
        /* What it says already, as in a block that was copied from here. */
        if (same(text, box.firstElementChild.textContent)) continue;
        const name = lines[top + at].querySelector("th a").textContent;
        return words("read-only", { label: name });
      }
    }
    return "";
  };

  const paste = (cell, text) => {
    const block = blockOf(text);
    const [top, left] = placeOf(cell);
    const refusal = obstacle(block, top, left);
    if (refusal) return tell(refusal);
    const changed = [];
    for (const [at, line] of block.entries()) {
      for (const [along, found] of line.entries()) {
        const target = rows[top + at][left + along];
        if (!target || found === "" || same(found, target.text)) continue;
        changed.push({ cell: target, before: target.text, after: found });
        target.text = found;
      }
    }
    if (!changed.length) return tell(words("pasted-nothing"));
    pasted = changed;
    undo.hidden = false;
    for (const each of changed) leave(each.cell);
    cell.input.select();
    tell(words("pasted", { n: changed.length }));
  };

  form.addEventListener("paste", (event) => {
    const cell = byInput.get(event.target);
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!cell || !/[\t\r\n]/.test(text)) return;
    event.preventDefault();
    paste(cell, text);
  });

  undo.addEventListener("click", () => {
    undo.hidden = true;
    /* Not what somebody has typed since. */
    for (const { cell, before, after } of pasted) {
      if (!same(cell.text, after)) continue;
      cell.text = before;
      leave(cell);
    }
    pasted[0]?.cell.input.focus();
    pasted = [];
    tell(words("unpasted"));
  });

  /* --- The page ------------------------------------------------------------------------------------- */

  const recall = () => {
    const mine = new Map(cells.map((cell) => [cell.name, cell]));
    const held = [];
    let elsewhere = 0;
    for (const [name, draft] of memory.all()) {
      const cell = mine.get(name);
      if (!cell) elsewhere += 1;
      else if (same(draft.text, cell.saved)) memory.forget(name);
      else {
        cell.recall(draft);
        if (draft.left) sender.add(cell);
        else held.push(cell);
      }
    }
    if (held.length || elsewhere) offer(held, elsewhere);
  };

  /* What was typed in a cell that nobody left: it waits for a word. */
  const offer = (held, elsewhere) => {
    const box = copyOf("grid-kept");
    const parts = [held.length && words("kept", { n: held.length })];
    parts.push(elsewhere && words("elsewhere", { n: elsewhere }));
    put(box, "[data-text]", parts.filter(Boolean).join(" "));
    const answer = (action) => () => {
      for (const cell of held) action(cell);
      box.remove();
      (held[0] ?? cells[0])?.input.focus();
    };
    const send = box.querySelector("[data-send]");
    if (!held.length) send.remove();
    send.addEventListener("click", answer(leave));
    const drop = box.querySelector("[data-drop]");
    if (elsewhere) drop.remove();
    drop.addEventListener("click", answer(restore));
    find("kept").append(box);
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    for (const cell of cells) leave(cell);
  });
  find("submit").hidden = true;
  document.querySelector(".grid-help")?.classList.add("is-scripted");
  find("retry").addEventListener("click", () => sender.retry());

  let isLoggingIn = false;
  find("login").addEventListener("click", () => {
    isLoggingIn = memory.works;
  });
  addEventListener("beforeunload", (event) => {
    if (!isLoggingIn && cells.some((cell) => cell.isUnsent)) event.preventDefault();
  });

  /* The year to fill in is the last one. */
  const box = form.querySelector(".grid-box");
  box.scrollLeft = box.scrollWidth;
  recall();
  report();
})();
