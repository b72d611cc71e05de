// The forms of the page for work without network. They are sent like those of the ordinary pages, only later.
"use strict";

Lvyue.forms = (() => {
  const { store } = Lvyue;
  const { h, icon, field, photoBox } = Lvyue.parts;
  const NOW = "留空就是现在（点“登记”的时刻）。没有网络时登记、后来才发出的，可能算补录。";

  function form(path, label) {
    return h("form", { action: path, method: "post", "data-outbox": label, "data-queue": true });
  }

  const buttons = (label, ...more) =>
    h("div.form-buttons", {}, h("button.btn.btn-primary.btn-big", { type: "submit" }, icon("save"), label), ...more);
  const hidden = (name, value) => h("input", { type: "hidden", name, value });
  const time = (label, name, value = "") => field(label, name, { type: "datetime-local", step: "1", help: NOW, value });

  // -- half filled in: kept as it is typed ----------------------------------------------------------------

  async function keepDraft(made, id, person) {
    const values = Object.fromEntries([...new FormData(made)].filter(([, value]) => typeof value === "string" && value));
    await store.put("drafts", { id: `${person}:${id}`, person, values, photos: made.photos || [], saved: Date.now() });
  }

  async function withDraft(made, id, person, later) {
    const save = () => keepDraft(made, id, person).then(() => later?.());
    made.addEventListener("input", save);
    made.addEventListener("lvyue-kept", () => store.remove("drafts", `${person}:${id}`));
    return save;
  }

  const draft = (id, person) => store.get("drafts", `${person}:${id}`);

  // -- an inspection --------------------------------------------------------------------------------------

  function item(made, one, results, said, save) {
    const name = `result-${one.id}`;
    const choice = ([value, label]) =>
      h(`label.result.result-${value}`, {}, h("input", { type: "radio", name, value, checked: said[name] === value }), h("span", {}, label));
    const open = said[`note-${one.id}`] || said[name] === "abnormal" || (made.photos || []).some((photo) => photo.box === `photo-${one.id}`);
    return h(
      "fieldset.item",
      { id: `item-${one.id}`, "data-low": one.low || "", "data-high": one.high || "", "data-unit": one.unit },
      h("legend", {}, `${one.position}. ${one.text}`, one.limits && h("span.cell-note", {}, ` ${one.limits}`)),
      h("div.results", {}, results.map(choice)),
      one.unit && field(`测得（${one.unit}）`, `value-${one.id}`, { value: said[`value-${one.id}`] || "", inputmode: "decimal", autocomplete: "off", maxlength: 32 }),
      one.unit && h("p.outside", { hidden: true }, icon("exclamation-triangle"), `超出${one.limits}：请选异常，或在说明里写原因`),
      h(
        "details.fold",
        { open: Boolean(open) },
        h("summary", {}, "说明、照片"),
        field("说明", `note-${one.id}`, { type: "textarea", rows: 1, maxlength: 400, value: said[`note-${one.id}`] || "" }),
        photoBox(made, `photo-${one.id}`, save),
      ),
    );
  }

  // What the site would refuse is said here at once: in a machine room nobody wants to hear of it at night.
  function missing(made) {
    return [...made.querySelectorAll(".item")].filter((one) => {
      const result = one.querySelector("input[type=radio]:checked")?.value;
      const note = one.querySelector("textarea").value.trim();
      const value = one.querySelector("input[inputmode=decimal]")?.value.trim();
      const outside = one.querySelector(".outside")?.hidden === false;
      const bad =
        !result ||
        (one.dataset.unit && result !== "not_applicable" && !value) ||
        (result === "not_applicable" && value) ||
        (result === "abnormal" && !note) ||
        (result === "normal" && outside && !note);
      one.classList.toggle("is-missing", Boolean(bad));
      return bad;
    });
  }

  function checkFirst(made) {
    const told = h("p.notice.tone-warn", { role: "alert", hidden: true });
    made.querySelector(".work-bar").before(told);
    // Before the form is kept: its own button, not its sending, is what is held back.
    made.querySelector("button[type=submit]").addEventListener("click", (event) => {
      const bad = missing(made);
      told.hidden = !bad.length;
      if (!bad.length) return;
      event.preventDefault();
      told.textContent = `还有 ${bad.length} 项没有填好：每项都要选；要测量的填数值；异常的写明情况。`;
      bad[0].scrollIntoView();
    });
  }

  async function inspection(data, duty, person) {
    const checklist = data.checklists[duty.checklist];
    const server = duty.draft;
    const path = server ? `/works/${server.work}` : `/works/of/${duty.id}`;
    const made = form(path, `${duty.what}（${duty.project}）`);
    const kept = await draft(`duty-${duty.id}`, person);
    const said = kept?.values || server?.values || {};
    made.photos = kept?.photos || [];
    const save = await withDraft(made, `duty-${duty.id}`, person);
    if (server) made.append(hidden("version", server.version), hidden("act", "finish"));
    else made.append(hidden("checklist", checklist.id));
    let section = "";
    for (const one of checklist.items) {
      if (one.section !== section) made.append(h("h2.section-title", {}, (section = one.section)));
      made.append(item(made, one, data.results, said, save));
    }
    made.append(
      Lvyue.parts.card("整体", field("地点", "place", { maxlength: 100, value: said.place || "" }), field("说明", "note", { type: "textarea", maxlength: 4000, value: said.note || "" }), photoBox(made, "file", save), time("完成时间（北京时间）", "occurred_at", said.occurred_at)),
      h("div.work-bar", {}, h("span.progress-text", { role: "status", "data-of": checklist.items.length }), h("button.btn.btn-primary", { type: "submit" }, "提交")),
    );
    checkFirst(made);
    Lvyue.inspection(made);
    return [h("p.cell-note", {}, `检查表：${checklist.name}。异常的项目提交后会自动开一张工单。填到一半离开也不会丢。`), made];
  }

  async function done(duty, person) {
    const made = form(`/duties/${duty.id}/done`, `${duty.what}（${duty.project}）`);
    const kept = await draft(`duty-${duty.id}`, person);
    const said = kept?.values || {};
    made.photos = kept?.photos || [];
    const save = await withDraft(made, `duty-${duty.id}`, person);
    made.append(
      field("完成情况", "note", { type: "textarea", rows: 3, maxlength: 4000, value: said.note || "", required: true }),
      photoBox(made, "file", save),
      field("地点", "place", { maxlength: 100, value: said.place || "" }),
      time("完成时间（北京时间）", "occurred_at", said.occurred_at),
      buttons("登记完成"),
    );
    return [made];
  }

  // -- tickets --------------------------------------------------------------------------------------------

  async function ticket(data, person) {
    const made = form("/tickets/new", "登记工单");
    const kept = await draft("new", person);
    const said = kept?.values || { project: data.suggested };
    made.photos = kept?.photos || [];
    const save = await withDraft(made, "new", person);
    const projects = data.projects.map((one) => [one.id, `${one.name} · ${one.unit}`]);
    const blank = projects.length > 1 ? [["", "请选择"]] : [];
    made.append(
      field("发生了什么", "description", { type: "textarea", rows: 4, required: true, maxlength: 2000, value: said.description || "", help: "第一句话就是标题" }),
      field("类别", "kind", { options: [["", "请选择"], ...data.kinds], required: true, value: said.kind || "" }),
      field("哪个项目", "project", { options: [...blank, ...projects], required: true, value: said.project || "" }),
      photoBox(made, "file", save),
      h("div.fields-2", {}, field("报告人", "reporter", { maxlength: 64, value: said.reporter || "" }), field("联系电话", "phone", { type: "tel", maxlength: 32, value: said.phone || "" }), field("地点", "place", { maxlength: 100, value: said.place || "" }), time("报告时间（北京时间）", "reported_at", said.reported_at)),
      field("自查发现（巡检或监控自己发现的，不计响应时间）", "own_finding", { type: "checkbox", value: said.own_finding }),
      field("系统瘫痪（整个系统无法使用：60 分钟内必须响应）", "paralysis", { type: "checkbox", value: said.paralysis }),
      buttons("登记"),
    );
    const named = (text) => (made.dataset.outbox = `登记工单：${text.trim().slice(0, 30)}`);
    made.addEventListener("input", () => named(made.elements.description.value));
    named(said.description || "");
    return [made];
  }

  function step(one, code, label) {
    const made = form(`/tickets/${one.id}/${code}`, `${label} ${one.number} ${one.title}`);
    const solution = code === "claim_recovery";
    made.append(
      hidden("version", one.version),
      code === "request_onsite" ? field("远程处理不能解决", "remote_failed", { type: "checkbox" }) : "",
      field(solution ? "处理结果" : "说明", "note", { type: "textarea", rows: solution ? 3 : 2, maxlength: 2000, required: solution }),
      photoBox(made, "file"),
      time("发生时间（北京时间）", "occurred_at"),
      buttons(label),
    );
    return [made];
  }

  return { inspection, done, ticket, step, draft };
})();
