// The page for work without network: today's duties, open tickets, what was not sent. The device fills it.
"use strict";

(() => {
  const { store, send, forms } = Lvyue;
  const { h, icon, tag, card, quiet, when, unsentItem } = Lvyue.parts;
  const place = document.getElementById("offline");
  const STALE = 24 * 60 * 60 * 1000; // milliseconds
  let said = ""; // what happened a moment ago

  const dutyPaths = (duty) => [`/works/of/${duty.id}`, `/duties/${duty.id}/done`, duty.draft && `/works/${duty.draft.work}`];
  const stepPath = (ticket, code) => `/tickets/${ticket.id}/${code}`;

  // An address that could not be had leads to the same thing here.
  function wanted(data) {
    if (location.hash.length > 1) return location.hash.slice(1);
    const [, kind, id] = location.pathname.match(/^\/(duties|works|tickets)\/(\d+|new)/) || [];
    if (kind === "tickets") return id === "new" ? "new" : `ticket-${id}`;
    if (kind === "duties") return `duty-${id}`;
    const duty = kind === "works" && data?.duties.find((one) => one.draft?.work === Number(id));
    return duty ? `duty-${duty.id}` : "";
  }

  function header(title, subtitle, back) {
    document.title = `${title} · 履约`;
    return h(
      "header.page-header",
      {},
      h("div", {}, back && h("a.back", { href: "#" }, icon("chevron-left"), "离线办理"), h("h1", {}, title), subtitle && h("p.subtitle", {}, subtitle)),
    );
  }

  function state(data) {
    const off = !navigator.onLine;
    const age = data && Date.now() - data.fetched > STALE;
    const facts = data ? `${data.name}。内容准备于 ${when(data.prepared_at)}${age ? "，已超过一天，可能不全" : ""}。` : "";
    const way = off ? "现在没有网络：填的内容存在这台设备上，有网络后自动发送。" : "现在有网络：登记后立即发送。";
    return h(`div.notice.tone-${off || age ? "warn" : "info"}`, {}, icon(off ? "cloud-slash" : "cloud-check"), h("div", {}, `${way}${facts}`));
  }

  function insecure() {
    if (self.isSecureContext) return null;
    const text = "这个网址不是 HTTPS，离线办理没有开启：断网时打不开页面。请联系系统管理员改用 HTTPS 网址。";
    return h("p.cell-note", { id: "insecure" }, icon("info-circle"), ` ${text}`);
  }

  function unsent(entries) {
    const inside = entries.length
      ? [h("ul.unsent-list", {}, entries.map(unsentItem)), h("button.btn.btn-primary", { type: "button", onclick: sendAll }, icon("cloud-upload"), "现在发送")]
      : [quiet("都已发送")];
    const made = card("尚未发送", ...inside);
    made.id = "unsent";
    return made;
  }

  function duties(data, entries, drafts) {
    if (!data.duties.length) return card("现在要做", quiet("没有要做的"));
    const kept = new Set(entries.map((one) => one.path));
    const row = (duty) => {
      const waits = dutyPaths(duty).some((path) => kept.has(path));
      const begun = duty.draft || drafts.has(`duty-${duty.id}`);
      return h(
        "li.duty-card",
        {},
        h("h3", {}, duty.what),
        h("p.cell-note", {}, `${duty.project}，${duty.closes} 截止`),
        h("p.tag-list", {}, waits ? tag("已登记，尚未发送", "warn", "cloud-slash") : begun ? tag("填写中", "info", "pencil-square") : null),
        !waits && duty.here && h("a.btn.btn-primary.btn-big", { href: `#duty-${duty.id}` }, icon(begun ? "pencil-square" : "play-circle"), begun ? "继续填写" : duty.checklist ? "开始" : "登记完成"),
        !duty.here && h("p.cell-note", {}, "这一项要联网办理"),
      );
    };
    return card("现在要做", h("ul.plain", {}, data.duties.map(row)));
  }

  // What was entered here and not sent is reckoned with: nobody claims a recovery twice.
  function stepsLeft(ticket, entries) {
    const kept = new Set(entries.map((one) => one.path));
    if (kept.has(stepPath(ticket, "claim_recovery"))) return [];
    return ticket.steps.filter(([code]) => !kept.has(stepPath(ticket, code)));
  }

  function ticketCard(ticket, entries) {
    const waits = entries.filter((one) => one.path.startsWith(`/tickets/${ticket.id}/`)).length;
    const due = ticket.due && `${ticket.due.kind}${ticket.due.still ? "（已挂起）" : ""}应于 ${when(ticket.due.at)}`;
    return h(
      "li.duty-card",
      {},
      h("h3", {}, h("a", { href: `#ticket-${ticket.id}` }, ticket.title)),
      h("p.cell-note", {}, `${ticket.number} · ${ticket.kind} · ${ticket.state} · ${ticket.project}`),
      due && h("p", {}, due),
      waits ? h("p.tag-list", {}, tag(`${waits} 条尚未发送`, "warn", "cloud-slash")) : null,
      h("div.decision-buttons", {}, stepsLeft(ticket, entries).map(([code, label]) => h("a.btn.btn-outline-primary", { href: `#ticket-${ticket.id}-${code}` }, label))),
    );
  }

  function list(data, entries, drafts) {
    const tickets = data.tickets.map((one) => ticketCard(one, entries));
    return [
      h("p", {}, h("a.btn.btn-primary.btn-big", { href: "#new" }, icon("plus-lg"), drafts.has("new") ? "继续登记工单" : "登记工单")),
      duties(data, entries, drafts),
      card("我的工单", tickets.length ? h("ul.plain", {}, tickets) : quiet("没有未结的工单")),
    ];
  }

  async function form(data, person, entries, view) {
    const [kind, id, code] = view.split("-");
    if (kind === "new") return [header("登记工单", "", true), ...(await forms.ticket(data, person))];
    const duty = kind === "duty" && data.duties.find((one) => one.id === Number(id));
    if (duty?.here) {
      const made = duty.checklist ? await forms.inspection(data, duty, person) : await forms.done(duty, person);
      return [header(duty.what, `${duty.project}，${duty.window}`, true), ...made];
    }
    const ticket = kind === "ticket" && data.tickets.find((one) => one.id === Number(id));
    const step = ticket && stepsLeft(ticket, entries).find(([one]) => one === code);
    if (step) return [header(`${step[1]}：${ticket.title}`, `${ticket.number} · ${ticket.unit}`, true), ...forms.step(ticket, ...step)];
    if (!ticket) return null;
    const facts = [["单位", ticket.unit], ["地点", ticket.place], ["电话", ticket.phone], ["情况", ticket.description]].filter(([, text]) => text);
    const shown = facts.map(([label, text]) => h("div", {}, h("dt", {}, label), h("dd", {}, text)));
    return [header(ticket.title, ticket.number, true), h("ul.plain", {}, ticketCard(ticket, entries)), card("情况", h("dl.facts", {}, shown))];
  }

  function nobody() {
    return [
      header("离线办理", ""),
      insecure(),
      h("div.empty", {}, icon("person-slash"), h("p", {}, "这台设备上没有准备好的内容"), h("p.hint", {}, "请在有网络时登录一次，应办、检查表和工单会自动准备好。"), h("div", {}, h("a.btn.btn-primary", { href: "/sign-in" }, "登录"))),
    ];
  }

  async function content() {
    const who = await Lvyue.current();
    if (!who) return nobody();
    const [data, entries, all] = await Promise.all([store.get("data", who.id), Lvyue.unsent(who.id), store.all("drafts")]);
    const drafts = new Set(all.filter((one) => one.person === who.id).map((one) => one.id.split(":")[1]));
    const view = wanted(data);
    const made = data && view && view !== "unsent" ? await form(data, who.id, entries, view) : null;
    if (made) return [said && h("div.notice.tone-good", { role: "status" }, icon("check-circle"), said), ...made];
    return [
      header("离线办理", "没有网络也能登记；有网络后自动发送"),
      insecure(),
      said && h("div.notice.tone-good", { role: "status" }, icon("check-circle"), h("div", {}, said)),
      state(data),
      unsent(entries),
      ...(data ? list(data, entries, drafts) : [quiet("没有准备好的应办和工单（只为驻场工程师准备）")]),
    ];
  }

  const busy = () => place.querySelector("form, details.confirm[open]") !== null;

  let latest = 0;

  // Asked for twice at once, it is shown once: what somebody has begun to type is not replaced a moment later.
  async function show() {
    const turn = ++latest;
    const made = await content();
    if (turn === latest) place.replaceChildren(...made.filter(Boolean));
  }

  async function sendAll() {
    said = "";
    const result = await Lvyue.sendNow();
    const why = { offline: "没有网络，稍后自动发送。", "signed out": "请先登录，再发送。", busy: "另一个页面正在发送。" }[result.why];
    if (why) said = why;
    await show();
  }

  // A form somebody is filling in, or a question they are asked, stays as it is, whatever happens meanwhile.
  document.addEventListener("lvyue-changed", () => busy() || show());
  document.addEventListener("lvyue-sent", (event) => {
    const { sent, refused, why } = event.detail;
    said = sent ? `刚才已发送 ${sent} 条。` : refused ? "" : said;
    if (why === "signed out") said = "登录已失效：请登录，尚未发送的会自动发送。";
    if (sent || refused || why === "signed out") busy() || show();
  });
  document.addEventListener("lvyue-kept", () => {
    said = "已存在这台设备上。";
    history.replaceState(null, "", "/offline#unsent");
    place.replaceChildren();
    show();
  });
  self.addEventListener("hashchange", () => {
    said = "";
    show().then(() => scrollTo(0, 0));
  });
  for (const name of ["online", "offline"]) self.addEventListener(name, () => busy() || show());
  Lvyue.started.then(() => busy() || show());
  show();
})();
