// Keeps what somebody typed into a form until it has arrived: an ended sign-in, a refused upload or a fault
// of the site costs nobody their text. Kept in this tab alone, for the same person, never passwords or files.
//
// A form is written down when it is sent. The page that comes next decides: an error page (data-refused) and
// the sign-in page (data-nobody) mark it as refused; any other page means that it has arrived, or that the
// site shows the form again with everything in it. A refused one is put back where its form stands. One that was
// sent without a network never left; and where the form's own page is loaded anew, nobody has heard what became of it.
"use strict";

(() => {
  const NAME = "lvyue-kept"; // {key: {person, page, action, form, values, refused, unsure, at}}
  const PAGES = "lvyue-form-pages"; // the address of an answered form: the page its form stands on
  const HOURS_12 = 12 * 3600 * 1000;
  const NEVER = new Set(["password", "file", "hidden", "submit", "button", "reset", "image"]);
  const UNSURE = "已恢复您刚才填写的内容。上次提交没有等到结果，可能已经成功，请先核对再提交；照片和文件请重新选择。";
  const marks = document.body.dataset;

  function read(name) {
    try {
      return JSON.parse(sessionStorage.getItem(name)) || {};
    } catch {
      return {};
    }
  }

  function write(name, value) {
    try {
      if (Object.keys(value).length) sessionStorage.setItem(name, JSON.stringify(value));
      else sessionStorage.removeItem(name);
    } catch {
      // A full or forbidden store: the form works as it would without this script.
    }
  }

  function forgetAll() {
    write(NAME, {});
    write(PAGES, {});
  }

  const pathOf = (address) => new URL(address, location.href).pathname;
  const plain = (node) => (node?.textContent || "").replace("*", "").replace(/\s+/g, " ").trim();
  const way = performance.getEntriesByType("navigation")[0]?.type; // how this page was come to
  const isHere = (one) => one.page === location.pathname + location.search && !("answer" in marks);
  const herePage = () => read(PAGES)[location.pathname] || location.pathname + location.search;

  function typed(form) {
    return [...form.elements].filter((box) => box.name && !NEVER.has(box.type) && box.tagName !== "FIELDSET" && box.tagName !== "BUTTON");
  }

  // A box has a value of its own when it differs from what the page came with.
  function changed(box) {
    if (box.type === "checkbox" || box.type === "radio") return box.checked !== box.defaultChecked;
    if (box.tagName === "SELECT") {
      const first = [...box.options].find((one) => one.defaultSelected) || box.options[0];
      return Boolean(first) && box.value !== first.value;
    }
    return box.value !== box.defaultValue;
  }

  function valuesOf(form) {
    return typed(form).map((box) => ({
      name: box.name,
      value: box.value,
      ticked: box.type === "checkbox" || box.type === "radio" ? box.checked : null,
      label: plain(box.labels?.[0]) || box.getAttribute("aria-label") || box.name,
      shown: box.tagName === "SELECT" ? plain(box.selectedOptions[0]) : box.value,
    }));
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (pathOf(form.getAttribute("action") || "/").endsWith("/sign-out")) return forgetAll();
    if (event.defaultPrevented || form.method !== "post" || !marks.person) return;
    if ("outbox" in form.dataset) return; // offline.js keeps these itself
    if (!typed(form).some((box) => changed(box) || box.value.trim())) return;
    const page = herePage();
    const action = pathOf(form.getAttribute("action") || location.href);
    const kept = read(NAME);
    const name = form.getAttribute("id") || "";
    kept[`${page} ${action} ${name}`] = {
      person: marks.person, page, action, form: name, values: valuesOf(form), refused: !navigator.onLine, at: Date.now(),
    };
    write(NAME, kept);
    if (action !== pathOf(page)) write(PAGES, { ...read(PAGES), [action]: page });
  });

  // -- what the page that came next means ----------------------------------------------------------------

  function settle() {
    const kept = read(NAME);
    const refused = "refused" in marks || "nobody" in marks;
    let last = null;
    for (const [key, one] of Object.entries(kept)) {
      const old = Date.now() - one.at > HOURS_12;
      const stranger = marks.person && one.person !== marks.person;
      if (old || stranger) delete kept[key];
      else if (refused && !one.refused) one.refused = true;
      else if (!one.refused && way === "reload" && isHere(one) && formOf(one)) one.refused = one.unsure = true;
      else if (!refused && !one.refused && way !== "back_forward") delete kept[key];
      if (kept[key]?.refused && (!last || one.at > last.at)) last = one;
    }
    write(NAME, kept);
    return last;
  }

  function point(last) {
    document.querySelectorAll("[data-way-back]").forEach((way) => {
      way.href = last.page;
      way.hidden = false;
    });
    document.querySelectorAll("[data-kept]").forEach((said) => (said.hidden = false));
    const next = "nobody" in marks && document.querySelector("main form input[name=next]");
    if (next && ["", "/", last.action].includes(next.value)) next.value = last.page;
  }

  // -- putting it back --------------------------------------------------------------------------------------

  function formOf(one) {
    const forms = [...document.forms].filter((form) => form.method === "post" && pathOf(form.getAttribute("action") || location.href) === one.action);
    return forms.find((form) => (form.getAttribute("id") || "") === one.form) || forms[0];
  }

  // Whatever follows what is typed hears of it.
  function tell(boxes) {
    for (const kind of ["input", "change"]) boxes.forEach((box) => box.dispatchEvent(new Event(kind, { bubbles: true })));
  }

  function empty(form) {
    form.reset();
    tell(typed(form));
  }

  function fill(form, values) {
    const boxes = typed(form);
    const left = [...values];
    for (const box of boxes) {
      const choice = box.type === "checkbox" || box.type === "radio";
      const at = left.findIndex((one) => one.name === box.name && (!choice || one.value === box.value));
      if (at < 0) continue;
      const [one] = left.splice(at, 1);
      if (choice) box.checked = one.ticked;
      else box.value = one.value;
    }
    tell(boxes);
    for (let folded = form.closest("details"); folded; folded = folded.parentElement.closest("details")) folded.open = true;
  }

  function notice(text, values, forget) {
    const box = document.createElement("div");
    box.className = "notice tone-info kept";
    box.setAttribute("role", "status");
    const inside = document.createElement("div");
    const said = document.createElement("p");
    said.textContent = text;
    inside.append(said);
    if (values) {
      const list = document.createElement("dl");
      for (const one of values) {
        const name = document.createElement("dt");
        const value = document.createElement("dd");
        name.textContent = one.label;
        value.textContent = one.ticked === null ? one.shown : "已选";
        list.append(name, value);
      }
      inside.append(list);
    }
    const away = document.createElement("button");
    away.type = "button";
    away.className = "btn btn-outline-secondary";
    away.textContent = "不要了";
    away.addEventListener("click", () => {
      forget();
      box.remove();
    });
    inside.append(away);
    box.append(inside);
    return box;
  }

  function putBack() {
    for (const [key, one] of Object.entries(read(NAME))) {
      if (!one.refused || one.person !== marks.person || one.page !== location.pathname + location.search) continue;
      const form = formOf(one);
      const forget = () => {
        const kept = read(NAME);
        delete kept[key];
        write(NAME, kept);
        if (form) empty(form);
      };
      if (form) {
        fill(form, one.values);
        form.prepend(notice(one.unsure ? UNSURE : "已恢复您刚才填写、还没有提交的内容；照片和文件请重新选择。", null, forget));
      } else {
        const filled = one.values.filter((value) => value.ticked ?? value.value.trim());
        const main = document.querySelector("main");
        main.prepend(notice("这一页已经没有原来的表单。您刚才填写的内容没有提交，列在这里：", filled, forget));
      }
    }
  }

  self.Lvyue = self.Lvyue || {};
  Lvyue.kept = { typed, changed, tell, empty, notice, way, UNSURE }; // for what is kept while it is typed: draft.js

  const last = settle();
  if (last && !marks.person) point(last);
  if (marks.person) putBack();
})();
