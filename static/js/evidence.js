/* Evidence: a list of the files before they leave, screenshots pasted, long lists reduced.
   Nothing of it is needed: without JavaScript the file box and the lists work as they are. */
"use strict";

(() => {
  const zones = [...document.querySelectorAll("[data-evidence]")].map(prepare);

  /* One zone: the file box keeps the browser's own field, which is what the form sends. */
  function prepare(zone) {
    const input = zone.querySelector('input[type="file"]');
    const list = document.createElement("ul");
    list.className = "files sent-files";
    list.hidden = true;
    list.setAttribute("aria-label", "Fichiers prêts à partir");
    const status = document.createElement("p");
    status.className = "visually-hidden";
    status.setAttribute("role", "status");
    const hint = document.createElement("p");
    hint.className = "tiny muted mb-0";
    hint.textContent = "Ou déposez-les ici, ou collez une capture d’écran (Ctrl+V).";
    zone.append(hint, status, list);
    const box = { zone, input, list, status, files: [] };
    input.addEventListener("change", () => add(box, [...input.files]));
    // A page reached again with « back » may still hold files in its field.
    if (input.files.length) add(box, [...input.files]);
    return box;
  }

  const key = (file) => `${file.name}\n${file.size}\n${file.lastModified}`;

  /* A second choice adds to the first: the browser alone would forget it. */
  function add(box, files) {
    const known = new Set(box.files.map(key));
    const fresh = files.filter((file) => !known.has(key(file)));
    box.files.push(...fresh);
    show(box);
    if (fresh.length) {
      const names = fresh.map((file) => file.name).join(", ");
      say(box, fresh.length > 1 ? `Fichiers ajoutés\u00a0: ${names}.` : `Fichier ajouté\u00a0: ${names}.`);
    }
  }

  function remove(box, index) {
    const [file] = box.files.splice(index, 1);
    show(box);
    say(box, `Fichier retiré\u00a0: ${file.name}.`);
    const buttons = box.list.querySelectorAll("button");
    (buttons[Math.min(index, buttons.length - 1)] ?? box.input).focus();
  }

  function show(box) {
    const transfer = new DataTransfer();
    for (const file of box.files) transfer.items.add(file);
    box.input.files = transfer.files;
    box.list.hidden = box.files.length === 0;
    box.list.replaceChildren(...box.files.map((file, index) => line(box, file, index)));
  }

  function line(box, file, index) {
    const item = document.createElement("li");
    const text = document.createElement("div");
    text.className = "grow";
    const size = document.createElement("span");
    size.className = "tiny muted";
    size.textContent = ` ${inWords(file.size)}`;
    text.append(file.name, size);
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-quiet btn-sm";
    const name = document.createElement("span");
    name.className = "visually-hidden";
    name.textContent = ` ${file.name}`;
    button.append("Retirer", name);
    button.addEventListener("click", () => remove(box, index));
    item.append(text, button);
    return item;
  }

  function inWords(size) {
    const number = new Intl.NumberFormat("fr-CA", { maximumFractionDigits: 1 });
    if (size < 1024) return `${size}\u00a0octets`;
    if (size < 1024 * 1024) return `${number.format(size / 1024)}\u00a0Ko`;
    return `${number.format(size / 1024 / 1024)}\u00a0Mo`;
  }

  function say(box, text) {
    box.status.textContent = text;
  }

  /* A screenshot: pasted on the zone, or anywhere that no text field wants it. */
  const ACCEPTED = { "image/png": "png", "image/jpeg": "jpg", "image/webp": "webp" };

  addEventListener("paste", (event) => {
    const box = zoneFor(event.target);
    const pasted = [...(event.clipboardData?.files ?? [])];
    if (!box || !pasted.length) return;
    // Word and spreadsheets copy a picture beside their text: a field that is being written in
    // takes the text.
    const writing = event.target.closest?.("input:not([type=file]), textarea, [contenteditable]");
    if (writing && event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    // What was copied from a folder bears its own name; a screenshot has none.
    const files = pasted.map((file) =>
      ACCEPTED[file.type] && /^image\.\w+$/.test(file.name) ? named(box, file) : file,
    );
    add(box, files);
  });

  /* The zone that holds the focus, else the first that is in sight. */
  function zoneFor(target) {
    const near = zones.find((box) => box.zone.contains(target));
    return near ?? zones.find((box) => box.zone.closest("form")?.contains(target)) ?? firstInSight();
  }

  function firstInSight() {
    return zones.findLast((box) => box.zone.checkVisibility?.() ?? true);
  }

  function named(box, file) {
    const now = new Date();
    const two = (number) => String(number).padStart(2, "0");
    const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
    const base = `Capture ${day} ${two(now.getHours())}-${two(now.getMinutes())}`;
    const suffix = ACCEPTED[file.type];
    const taken = new Set(box.files.map((each) => each.name));
    let name = `${base}.${suffix}`;
    for (let turn = 2; taken.has(name); turn += 1) name = `${base} (${turn}).${suffix}`;
    return new File([file], name, { type: file.type, lastModified: now.getTime() });
  }

  /* Long lists of boxes: a field that hides what does not match; what is ticked stays. */
  const fold = (text) =>
    text
      .normalize("NFD")
      .replace(/\p{M}/gu, "")
      .replace(/[’‘]/g, "'")
      .toLowerCase();

  for (const pick of document.querySelectorAll("[data-pick]")) {
    const holder = pick.querySelector("[data-pick-filter]");
    const field = holder.querySelector("input");
    const count = holder.querySelector("[data-pick-count]");
    const lines = [...pick.querySelectorAll("li")].map((item) => ({
      item,
      text: fold(item.textContent),
      box: item.querySelector('input[type="checkbox"]'),
    }));
    if (lines.length < 8) continue;
    holder.hidden = false;
    const reduce = () => {
      const words = fold(field.value).split(/\s+/).filter(Boolean);
      let found = 0;
      for (const { item, text, box } of lines) {
        const matches = words.every((word) => text.includes(word));
        item.hidden = !matches && !box.checked;
        if (matches) found += 1;
      }
      const plural = found > 1 ? "s" : "";
      count.textContent = words.length ? `${found} ligne${plural} trouvée${plural}` : "";
    };
    field.addEventListener("input", reduce);
    // « Enter » here reduces the list; it must not send the form.
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault();
    });
  }
})();
