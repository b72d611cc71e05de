// The parts of the page for work without network: elements, times in words, and the list of what was not sent.
"use strict";

Lvyue.parts = (() => {
  const { store } = Lvyue;

  // An element: attributes, listeners (on…), and whatever is in it; what is null or false is left out.
  function h(tag, given = {}, ...inside) {
    const [name, ...classes] = tag.split(".");
    const made = document.createElement(name);
    if (classes.length) made.className = classes.join(" ");
    for (const [key, value] of Object.entries(given)) {
      if (value === null || value === undefined || value === false) continue;
      if (typeof value === "function") made.addEventListener(key.slice(2), value);
      else made.setAttribute(key, value === true ? "" : value);
    }
    made.append(...inside.flat().filter((one) => one !== null && one !== undefined && one !== false));
    return made;
  }

  const icon = (name) => h(`i.bi.bi-${name}`, { "aria-hidden": "true" });
  const tag = (text, tone, name) => h(`span.tag.tone-${tone}`, {}, icon(name), text);
  const card = (title, ...inside) =>
    h("section.card", { "aria-label": title }, h("div.card-header", {}, h("h2", {}, title)), h("div.card-body", {}, ...inside));
  const quiet = (text) => h("p.quiet", {}, icon("check2-circle"), ` ${text}`);

  // An instant as the ordinary pages write it: 7月1日 09:00, Shanghai.
  const parts = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const when = (instant) => {
    const found = Object.fromEntries(parts.formatToParts(new Date(instant)).map((one) => [one.type, one.value]));
    return `${found.month}月${found.day}日 ${found.hour}:${found.minute}`;
  };

  // -- boxes ------------------------------------------------------------------------------------------

  let boxes = 0;

  function field(label, name, given = {}) {
    const id = `box-${(boxes += 1)}`;
    const { type = "text", value = "", help, options, ...rest } = given;
    const common = { id, name, ...rest };
    let box;
    if (options) {
      box = h("select.form-select", common, options.map(([one, shown]) => h("option", { value: one, selected: `${one}` === `${value}` }, shown)));
    } else if (type === "textarea") {
      box = h("textarea.form-control", { rows: 2, ...common }, value);
    } else if (type === "checkbox") {
      box = h("input.form-check-input", { type, value: "1", checked: value === "1", ...common });
      return h("div.field", {}, h("div.form-check", {}, box, h("label.form-check-label", { for: id }, label)));
    } else {
      box = h("input.form-control", { type, value, ...common });
    }
    const star = rest.required && h("span.required", { title: "必填" }, "*");
    return h("div.field", {}, h("label.form-label", { for: id }, label, star), box, help && h("div.form-text", {}, help));
  }

  // Photos are held by the form itself, for a box forgets them when the page is left.
  function photoBox(form, box, onchange) {
    const id = `box-${(boxes += 1)}`;
    const list = h("ul.gallery");
    const input = h("input.form-control", { id, type: "file", accept: "image/jpeg,image/png,image/webp", multiple: true });
    form.photos ||= [];
    const show = () => {
      list.replaceChildren(...form.photos.filter((one) => one.box === box).map(shown));
    };
    const shown = (photo) => {
      const place = h("div.photo-place", {});
      Lvyue.photos.draw(photo.blob, 320).then((canvas) => place.append(canvas), () => place.append(icon("image")));
      const drop = () => {
        form.photos = form.photos.filter((one) => one !== photo);
        show();
        onchange?.();
      };
      return h("li", {}, place, h("span.file-name", {}, photo.name), h("button.btn.btn-outline-secondary.btn-sm", { type: "button", onclick: drop }, "去掉"));
    };
    input.addEventListener("change", async () => {
      const chosen = [...input.files];
      input.value = "";
      for (const file of chosen) form.photos.push({ box, name: file.name, blob: await Lvyue.photos.smaller(file) });
      show();
      onchange?.();
    });
    show();
    return h("div.field.photo-field", {}, h("label.form-label", { for: id }, "照片"), list, input);
  }

  // -- what was not sent --------------------------------------------------------------------------------

  const STATES = {
    trying: ["尚未发送", "warn", "cloud-slash"],
    waiting: ["尚未发送", "warn", "cloud-slash"],
    sending: ["正在发送", "info", "cloud-upload"],
    refused: ["没有被接受", "bad", "exclamation-octagon"],
  };

  function asked(label, question, sure, act) {
    const answered = () => {
      made.open = false;
      act();
    };
    const button = h("button.btn.btn-danger", { type: "button", onclick: answered }, sure);
    const made = h("details.confirm", {}, h("summary.btn.btn-outline-danger", {}, label), h("div.confirm-box", {}, h("p", {}, question), button));
    return made;
  }

  async function discard(entry) {
    await store.remove("entries", entry.key);
    Lvyue.changed();
  }

  async function retry(entry) {
    await store.put("entries", { ...entry, state: "waiting", error: "" });
    await Lvyue.sendNow();
  }

  function editor(entry, close) {
    const form = h("form.editor", {
      action: entry.path,
      method: "post",
      "data-outbox": entry.label,
      "data-queue": true,
      "data-tapped": entry.tapped_at,
      "data-saved": entry.saved,
    });
    form.photos = [...entry.files];
    const known = new Set(entry.fields.map((one) => one.name));
    for (const [name, value] of Object.entries(entry.values)) {
      if (!known.has(name)) form.append(h("input", { type: "hidden", name, value }));
    }
    for (const { name, label, ...rest } of entry.fields) {
      const options = rest.options && [["", "请选择"], ...rest.options.filter(([one]) => one !== "")];
      form.append(field(label, name, { ...rest, options, value: entry.values[name] || "", step: rest.type === "datetime-local" ? "1" : null }));
    }
    for (const box of new Set(entry.files.map((one) => one.box))) form.append(photoBox(form, box));
    form.append(
      h("div.form-buttons", {}, h("button.btn.btn-primary", { type: "submit" }, "保存并发送"), h("button.btn.btn-outline-secondary", { type: "button", onclick: close }, "不改了")),
    );
    return form;
  }

  function unsentItem(entry) {
    const place = h("div", {});
    const edit = () => place.replaceChildren(editor(entry, () => place.replaceChildren()));
    const [word, tone, name] = STATES[entry.state];
    const pictures = entry.files.length ? `，${entry.files.length} 个附件` : "";
    return h(
      "li.unsent-item",
      { "data-key": entry.key },
      h("p", {}, h("strong", {}, entry.label), " ", tag(word, tone, name)),
      h("p.cell-note", {}, `${when(entry.tapped_at)} 登记（设备时间）${pictures}`),
      entry.error && h("p.unsent-error", {}, entry.error),
      h(
        "div.decision-buttons",
        {},
        entry.state === "refused" && h("button.btn.btn-outline-primary", { type: "button", onclick: edit }, "修改"),
        entry.state === "refused" && h("button.btn.btn-outline-secondary", { type: "button", onclick: () => retry(entry) }, "再发一次"),
        entry.state !== "sending" && asked("丢弃", "丢弃后找不回来，服务器上没有这条记录。", "确定丢弃", () => discard(entry)),
      ),
      place,
    );
  }

  return { h, icon, tag, card, quiet, when, field, photoBox, unsentItem };
})();
