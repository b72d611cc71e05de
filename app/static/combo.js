// Turns a long list of choices into a box to type into: any part of a name, or the first letters of its pinyin.
//
// <select data-combo="what may be typed"> with <option data-letters="l y s c zk j">: what each sign may begin
// with, names apart by "|". The list stays what is sent; without this script it is the list. Its choices may
// be narrowed by other scripts (option.hidden); they tell it by the event "lvyue-narrowed".
"use strict";

(() => {
  const MOST = 30; // lines shown

  // Tells whether letters are those of some part of a name, whatever its signs are read as.
  function spells(signs, letters) {
    for (let from = 0; from + letters.length <= signs.length; from += 1) {
      if ([...letters].every((one, at) => signs[from + at].includes(one))) return true;
    }
    return false;
  }

  const namesOf = (option) => (option.dataset.letters || "").split("|").map((name) => name.split(" "));

  function fits(option, typed) {
    const text = option.text.toLowerCase();
    return typed.split(/\s+/).every((word) => text.includes(word) || namesOf(option).some((name) => spells(name, word)));
  }

  function build(list) {
    const label = document.querySelector(`label[for="${list.id}"]`);
    const box = document.createElement("input");
    const lines = document.createElement("ul");
    const holder = document.createElement("div");
    const empty = list.options[0]?.value === "" ? list.options[0] : null;
    let shown = [];
    let at = -1;

    holder.className = "combo";
    lines.className = "combo-list";
    lines.id = `${list.id}-lines`;
    lines.setAttribute("role", "listbox");
    lines.setAttribute("aria-label", label.textContent);
    lines.hidden = true;
    Object.assign(box, { type: "text", id: `${list.id}-box`, className: list.className.replace("form-select", "form-control") });
    box.autocomplete = "off";
    box.placeholder = list.dataset.combo;
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": lines.id })) box.setAttribute(name, value);
    for (const name of ["aria-invalid", "aria-describedby"]) if (list.hasAttribute(name)) box.setAttribute(name, list.getAttribute(name));
    if (list.required) box.setAttribute("aria-required", "true");
    label.htmlFor = box.id;
    list.before(holder);
    holder.append(box, lines, list);
    list.classList.add("visually-hidden");
    list.tabIndex = -1;
    list.setAttribute("aria-hidden", "true");

    const textOf = () => (list.value ? list.selectedOptions[0].text : "");

    function close() {
      lines.hidden = true;
      at = -1;
      box.setAttribute("aria-expanded", "false");
      box.removeAttribute("aria-activedescendant");
    }

    function mark(to) {
      at = to;
      [...lines.children].forEach((line, number) => line.setAttribute("aria-selected", number === at ? "true" : "false"));
      const line = lines.children[at];
      if (!line || !shown.length) return box.removeAttribute("aria-activedescendant");
      box.setAttribute("aria-activedescendant", line.id);
      return line.scrollIntoView({ block: "nearest" });
    }

    function open() {
      const typed = box.value === textOf() ? "" : box.value.trim().toLowerCase();
      shown = [...list.options].filter((one) => one.value && !one.hidden && (!typed || fits(one, typed))).slice(0, MOST);
      lines.replaceChildren(
        ...(shown.length ? shown : [null]).map((option, number) => {
          const line = document.createElement("li");
          line.id = `${lines.id}-${number}`;
          line.setAttribute("role", "option");
          line.textContent = option ? option.text : "没有这样的名称，少打几个字试试";
          if (!option) line.className = "combo-none";
          else line.addEventListener("mousedown", (event) => (event.preventDefault(), choose(option)));
          return line;
        }),
      );
      lines.hidden = false;
      box.setAttribute("aria-expanded", "true");
      mark(typed && shown.length ? 0 : -1);
    }

    function choose(option) {
      list.value = option ? option.value : "";
      box.value = textOf();
      close();
      list.dispatchEvent(new Event("change", { bubbles: true }));
    }

    box.addEventListener("input", open);
    box.addEventListener("click", () => lines.hidden && open());
    box.addEventListener("focus", () => box.select());
    box.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) {
        event.preventDefault();
        if (lines.hidden) open();
        if (shown.length) mark((at + step + shown.length) % shown.length);
      } else if (event.key === "Enter") {
        event.preventDefault(); // it chooses, it does not send the form
        if (!lines.hidden && shown[at]) choose(shown[at]);
      } else if (event.key === "Escape" && !lines.hidden) {
        event.preventDefault();
        box.value = textOf();
        close();
      } else if (event.key === "Tab" && !lines.hidden && shown[at] && box.value.trim()) {
        choose(shown[at]);
      }
    });
    // Left without a choice: emptied, it is no choice; anything else goes back to what was chosen.
    box.addEventListener("blur", () => {
      if (!box.value.trim() && list.value && empty) choose(null);
      box.value = textOf();
      close();
    });
    // What the browser asks for, and what other scripts choose, is shown in the box.
    list.addEventListener("focus", () => box.focus());
    list.addEventListener("change", () => (box.value = textOf()));
    list.addEventListener("lvyue-narrowed", () => (box.value = textOf()));
    list.form?.addEventListener("reset", () => setTimeout(() => (box.value = textOf())));
    box.value = textOf();
  }

  document.querySelectorAll("select[data-combo]").forEach(build);
})();
