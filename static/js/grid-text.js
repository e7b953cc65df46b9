/* The entry grid: texts of cells, blocks copied from a spreadsheet, and what this browser keeps of
   cells that are not stored yet. For grid.js. */
"use strict";

(() => {
  const plain = (text) => text.replace(/\s+/g, " ").trim();
  /* « 1 234,50 » and « 1234.5 » say the same; « 007 » and « 7 » too. */
  const meaning = (text) => {
    const bare = plain(text)
      .toLowerCase()
      .replace(/[\s%$]/g, "")
      .replace("−", "-")
      .replace(",", ".");
    if (/^n\.?d\.?$/.test(bare)) return "nd";
    const [, sign, whole, part] = bare.match(/^([+-]?)0*(\d+)(?:\.(\d+))?$/) ?? [];
    if (whole === undefined) return bare;
    const rest = (part ?? "").replace(/0+$/, "");
    const number = rest ? `${whole}.${rest}` : whole;
    return sign === "-" && number !== "0" ? `-${number}` : number;
  };
  const same = (one, other) => meaning(one) === meaning(other);

  /* Tabs between cells; a cell in quotes may hold tabs, line ends and doubled quotes. */
  const cut = (text, quotes) => {
    const rows = [[]];
    let cell = "";
    let isQuoted = false;
    const endCell = () => {
      rows.at(-1).push(plain(cell));
      cell = "";
    };
    for (let at = 0; at < text.length; at += 1) {
      const char = text[at];
      if (isQuoted && char === '"' && text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else if (isQuoted && char === '"') isQuoted = false;
      else if (isQuoted) cell += char;
      else if (quotes && char === '"' && cell === "") isQuoted = true;
      else if (char === "\t") endCell();
      else if (char === "\n") {
        endCell();
        rows.push([]);
      } else cell += char;
    }
    endCell();
    return { rows, isOpen: isQuoted };
  };

  /* The cells of a block, row by row; spreadsheets end it with an empty line. */
  const blockOf = (text) => {
    const lines = text.replace(/\r\n?/g, "\n");
    const whole = cut(lines, true);
    /* A quote that nothing closes is only a character. */
    const { rows } = whole.isOpen ? cut(lines, false) : whole;
    while (rows.length > 1 && rows.at(-1).every((cell) => cell === "")) rows.pop();
    return rows;
  };

  /* One key of localStorage for each cell: « draft:<person>:grille-<organization>:<cell> ».
     drafts.js forgets them at the end of a session, after seven days, and those of others. */
  class Memory {
    constructor(person, place) {
      this.prefix = `draft:${person}:grille-${place}:`;
      this.isClosed = false;
      this.works = true;
      addEventListener("storage", ({ key, newValue }) => {
        if (key === "draft-closed" && newValue !== null) this.isClosed = true;
      });
      document.addEventListener("submit", ({ target }) => {
        if (target.matches("[data-logout]")) this.isClosed = true;
      });
    }

    attempt(action, otherwise) {
      try {
        return action();
      } catch {
        return otherwise;
      }
    }

    /* about: the version that was seen, the key of the sending, whether the cell was left. */
    keep(name, text, about) {
      if (this.isClosed) return;
      const draft = { saved: Date.now(), values: { text: [text] }, about };
      this.works = this.attempt(() => {
        localStorage.setItem(this.prefix + name, JSON.stringify(draft));
        return true;
      }, false);
    }

    forget(name) {
      this.attempt(() => localStorage.removeItem(this.prefix + name));
    }

    /* By name of cell. */
    all() {
      const found = new Map();
      const keys = this.attempt(() => Object.keys(localStorage), []);
      for (const key of keys.filter((each) => each.startsWith(this.prefix))) {
        const draft = this.attempt(() => JSON.parse(localStorage.getItem(key)), null);
        const text = draft?.values?.text?.[0];
        if (typeof text !== "string" || !draft.about) continue;
        found.set(key.slice(this.prefix.length), { text, ...draft.about });
      }
      return found;
    }
  }

  globalThis.gridText = { Memory, blockOf, meaning, same };
})();
