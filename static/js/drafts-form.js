/* Drafts: what a form holds, and how a kept text comes back into it. For drafts.js. */
"use strict";

(() => {
  const UNKEPT = new Set(["hidden", "password", "file", "submit", "button", "reset", "image"]);
  const isTyped = (field) => field.name && field.type && !UNKEPT.has(field.type);
  const isTick = (field) => field.type === "checkbox" || field.type === "radio";
  const fieldsOf = (form) => [...form.elements].filter(isTyped);
  const contentOf = (field) => {
    if (isTick(field)) return field.checked ? [field.value] : [];
    if (field.type === "select-multiple") return [...field.selectedOptions].map((o) => o.value);
    return [field.value];
  };
  /* By name, in the order of the page; a box that is not ticked is there, and empty. */
  const valuesOf = (form) => {
    const values = {};
    for (const field of fieldsOf(form)) (values[field.name] ??= []).push(...contentOf(field));
    return values;
  };
  /* What the text was written on: version, key of the form… Sent back with it, never shown. */
  const UNTOLD = new Set(["csrfmiddlewaretoken", "author", "draft"]);
  const hiddenOf = (form) =>
    [...form.elements].filter((f) => f.type === "hidden" && f.name && !UNTOLD.has(f.name));
  const aboutOf = (form) => Object.fromEntries(hiddenOf(form).map((f) => [f.name, f.value]));

  const text = (list) => (list ?? []).join("\n");
  const differing = (kept, here) =>
    [...new Set([...Object.keys(kept), ...Object.keys(here)])].filter(
      (name) => text(kept[name]) !== text(here[name]),
    );

  /* Rows that a person adds and moves: those of the draft, in its order. A form may hold several
     lists, each with the beginning of the names of its fields. */
  const layRows = (form, values) => {
    for (const rows of form.querySelectorAll("[data-rows]")) layList(form, rows, values);
  };
  const layList = (form, rows, values) => {
    const add = (rows.closest("[data-points]") ?? form).querySelector("[data-add]");
    if (!add) return;
    const nameOf = (row) => [...row.querySelectorAll("[name]")].find(isTyped)?.name;
    const order = Object.keys(values).filter((name) => name.startsWith(rows.dataset.rows));
    const missing = () => order.some((name) => !form.elements[name]);
    for (let turn = 0; turn < 100 && missing(); turn += 1) add.click();
    const kept = [...rows.children].filter((row) => nameOf(row) in values);
    kept.sort((one, other) => order.indexOf(nameOf(one)) - order.indexOf(nameOf(other)));
    rows.replaceChildren(...kept);
    rows.dispatchEvent(new CustomEvent("rows:changed", { bubbles: true }));
  };

  const fill = (form, draft) => {
    layRows(form, draft.values);
    for (const field of hiddenOf(form)) {
      if (field.name in draft.about) field.value = draft.about[field.name];
    }
    const changed = differing(draft.values, valuesOf(form));
    const given = structuredClone(draft.values);
    const touched = [];
    for (const field of fieldsOf(form)) {
      const list = given[field.name];
      if (!list || !changed.includes(field.name)) continue;
      if (isTick(field)) field.checked = list.includes(field.value);
      else if (field.type === "select-multiple") {
        for (const option of field.options) option.selected = list.includes(option.value);
      } else field.value = list.shift() ?? "";
      touched.push(field);
    }
    for (const field of touched) {
      for (let box = field.closest("details"); box; box = box.parentElement.closest("details")) {
        box.open = true;
      }
      for (const kind of ["input", "change"]) {
        field.dispatchEvent(new Event(kind, { bubbles: true }));
      }
    }
    return touched[0];
  };

  const named = (form, name) => fieldsOf(form).filter((field) => field.name === name);
  const labelOf = (form, name) => {
    const [field] = named(form, name);
    const group = isTick(field ?? {}) && field.closest("fieldset")?.querySelector("legend");
    const label = group || field?.labels?.[0];
    return label ? label.textContent.replace("*", "").trim() : name;
  };
  /* The label of a choice rather than its code. */
  const readable = (form, name, list, empty) => {
    const options = named(form, name).flatMap((field) => [...(field.options ?? [field])]);
    const word = (value) => {
      const option = options.find((o) => o.value === value);
      const label = option?.label || (isTick(option ?? {}) && option.labels[0]?.textContent);
      return (label || value).trim();
    };
    return (list ?? []).map(word).filter(Boolean).join(", ") || empty;
  };

  globalThis.draftForm = { aboutOf, differing, fieldsOf, fill, labelOf, readable, valuesOf };
})();
