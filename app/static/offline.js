// On every page: forms survive a lost network, what was kept is sent, and what an engineer needs is fetched.
"use strict";

(() => {
  const { store, send } = Lvyue;
  const { newKey, captured } = Lvyue.capture;
  const page = document.body;
  const here = Number(page.dataset.person) || null; // who this page was made for
  const isShell = "shell" in page.dataset;
  const FRESH = 2 * 60 * 1000; // milliseconds between two fetches of the data
  const AGAIN = 60 * 1000; // milliseconds between two attempts to send

  const whoever = async () => (isShell ? (await Lvyue.current())?.id : here);

  // -- keeping a form ---------------------------------------------------------------------------------

  // A draft that was only saved, and not sent yet, is overtaken by what is saved or handed in after it.
  async function overtake(entry) {
    for (const one of await Lvyue.unsent(entry.person)) {
      if (one.path === entry.path && one.key !== entry.key && one.values.act === "save") await store.remove("entries", one.key);
    }
  }

  async function hand(form, sender) {
    let entry;
    try {
      entry = await captured(form, sender, await whoever());
      await overtake(entry);
      await store.put("entries", entry);
    } catch {
      return pass(form, sender); // this browser keeps nothing: as if there were no script
    }
    if ("queue" in form.dataset) return queue(form, entry, null);
    const told = navigator.onLine ? await send.token(8000) : null;
    if (told?.person?.id === here) {
      await store.put("entries", { ...entry, attempts: 1 });
      if (form.elements.csrf_token) form.elements.csrf_token.value = told.csrf;
      return pass(form, sender);
    }
    return queue(form, entry, told);
  }

  function pass(form, sender) {
    form.dataset.passing = "1";
    form.requestSubmit(sender);
  }

  async function queue(form, entry, told) {
    const error = told ? "请登录后发送" : "";
    await store.put("entries", { ...entry, state: "waiting", error });
    form.dispatchEvent(new CustomEvent("lvyue-kept", { bubbles: true, detail: entry }));
    askForSync();
    Lvyue.changed();
    if ("queue" in form.dataset) return sendNow();
    if (form.elements.submission) form.elements.submission.value = newKey();
    const goesOn = entry.values.act === "save";
    const why = told ? "登录已失效" : "没有网络";
    const next = told ? "登录后自动发送" : "有网络后自动发送";
    notice(form, `${why}：填的内容已存在这台设备上，尚未发送，${next}。${goesOn ? "可以继续填写。" : ""}`);
    if (!goesOn) hide(form);
  }

  // With its buttons, also those that stand elsewhere; a bar without any makes room.
  function hide(form) {
    form.hidden = true;
    for (const button of [...form.elements].filter((one) => one.type === "submit")) {
      button.hidden = true;
      const bar = button.closest(".bottom-bar");
      if (bar && !bar.querySelector(":scope > :not([hidden])")) bar.remove(); // the bar below it is in sight again
    }
  }

  function notice(form, text) {
    form.previousElementSibling?.matches(".kept-notice") && form.previousElementSibling.remove();
    const box = document.createElement("div");
    box.className = "notice tone-warn kept-notice";
    box.setAttribute("role", "alert");
    const icon = document.createElement("i");
    icon.className = "bi bi-cloud-slash";
    icon.ariaHidden = "true";
    const said = document.createElement("div");
    const link = document.createElement("a");
    link.href = "/offline#unsent";
    link.textContent = "查看尚未发送的";
    said.append(`${text} `, link);
    box.append(icon, said);
    form.before(box);
    box.scrollIntoView({ block: "center" });
  }

  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (!("outbox" in form.dataset)) return;
      if (form.dataset.passing) {
        delete form.dataset.passing;
        return;
      }
      // Held before anybody else hears of it: it is kept first, then it goes the ordinary way.
      event.preventDefault();
      event.stopImmediatePropagation();
      if (form.dataset.keeping) return;
      form.dataset.keeping = "1";
      event.submitter?.setAttribute("aria-busy", "true");
      hand(form, event.submitter).finally(() => {
        delete form.dataset.keeping;
        if (!form.dataset.sent) event.submitter?.removeAttribute("aria-busy"); // it may be on its way
      });
    },
    true,
  );

  // -- what became of forms that went the ordinary way -------------------------------------------------

  const isShown = (key) =>
    [...document.querySelectorAll('input[name="submission"]')].some((box) => box.value === key) ||
    [...document.querySelectorAll("[data-shown]")].some((one) => one.dataset.shown === key);

  // Taken: forgotten. Shown again with its message: the person has it before them. Neither: it got lost.
  async function resolve() {
    const trying = (await Lvyue.unsent(await whoever())).filter((one) => one.state === "trying");
    if (!trying.length) return;
    const taken = await send.arrived(trying.map((one) => one.key));
    for (const one of trying) {
      if (isShown(one.key) || taken?.includes(one.key)) await store.remove("entries", one.key);
      else if (taken) await store.put("entries", { ...one, state: "waiting" });
    }
    Lvyue.changed();
  }

  // -- sending ----------------------------------------------------------------------------------------

  async function askForSync() {
    try {
      const worker = await navigator.serviceWorker.ready;
      await worker.sync.register("lvyue-send");
    } catch {
      // not every browser can; then the next page sends
    }
  }

  async function sendNow() {
    const result = await send.all();
    if (result.sent || result.refused) await fetchData(true);
    document.dispatchEvent(new CustomEvent("lvyue-sent", { detail: result }));
    return result;
  }

  async function badge() {
    const count = (await Lvyue.unsent(await whoever())).length;
    for (const mark of document.querySelectorAll("[data-unsent]")) {
      mark.hidden = !count;
      mark.querySelector("span").textContent = `${count}`;
      mark.setAttribute("aria-label", `尚未发送 ${count} 条`);
      mark.title = `尚未发送 ${count} 条`;
    }
  }

  // -- what is needed without network -------------------------------------------------------------------

  async function fetchData(now = false) {
    const person = await whoever();
    const kept = person && (await store.get("data", person));
    const wanted = isShell ? (await store.get("meta", "current"))?.engineer : "engineer" in page.dataset;
    if (!wanted || (!now && kept && Date.now() - kept.fetched < FRESH)) return;
    try {
      const tag = kept?.etag ? { "If-None-Match": kept.etag } : {};
      const answer = await fetch("/offline/data", { headers: { Accept: "application/json", ...tag }, cache: "no-store" });
      const told = answer.status === 200 ? await answer.json() : null;
      if (told && told.person.id !== person) return;
      const seen = { person, name: told?.person.name, etag: answer.headers.get("ETag"), fetched: Date.now() };
      if (told) await store.put("data", { ...told, ...seen });
      else if (answer.status === 304) await store.put("data", { ...kept, fetched: Date.now() });
      else return;
      Lvyue.changed();
    } catch {
      // without network what was fetched before has to do
    }
  }

  // Data and the name of whoever was here go; what was not sent stays, for its own person alone.
  async function forget() {
    await store.clear("data");
    await store.remove("meta", "current");
    Lvyue.changed();
  }

  async function remember() {
    if (isShell) return;
    if (here) {
      const before = await Lvyue.current();
      if (before?.id !== here) await store.clear("data");
      const person = { id: here, name: page.dataset.name };
      await store.put("meta", { name: "current", person, engineer: "engineer" in page.dataset });
    } else if ("nobody" in page.dataset) {
      await forget();
    }
  }

  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (!("signOut" in form.dataset)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      delete form.dataset.signOut;
      (async () => {
        const left = (await Lvyue.unsent(here)).length;
        if (left) sessionStorage.setItem("lvyue-left", `${left}`);
        await forget();
      })().finally(() => form.requestSubmit());
    },
    true,
  );

  function sayWhatIsLeft() {
    const left = sessionStorage.getItem("lvyue-left");
    const place = document.querySelector("main");
    if (!left || !("nobody" in page.dataset)) return;
    sessionStorage.removeItem("lvyue-left");
    const said = document.createElement("p");
    said.className = "notice tone-warn";
    said.textContent = `您还有 ${left} 条尚未发送的内容，仍在这台设备上，您下次登录后自动发送；别人看不到，也发不出。`;
    place.prepend(said);
  }

  function sayWhereItIsOff() {
    if (self.isSecureContext) return;
    const last = [...document.querySelectorAll("form[data-outbox]:not([data-queue])")].pop();
    if (!last) return;
    const said = document.createElement("p");
    said.className = "cell-note";
    said.dataset.added = "";
    said.textContent = "这个网址不是 HTTPS，离线办理没有开启：断网时打不开页面；已打开的表单提交不出去时，会存在这台设备上。";
    last.after(said);
  }

  // -- always -------------------------------------------------------------------------------------------

  async function start() {
    if (self.isSecureContext && navigator.serviceWorker) {
      navigator.serviceWorker.register("/worker.js").catch(() => {});
    }
    sayWhereItIsOff();
    sayWhatIsLeft();
    await remember();
    await resolve();
    await badge();
    await fetchData(isShell);
    await sendNow();
  }

  new BroadcastChannel("lvyue").onmessage = () => {
    badge();
    document.dispatchEvent(new Event("lvyue-changed"));
  };
  self.addEventListener("online", () => sendNow());
  document.addEventListener("visibilitychange", () => document.hidden || sendNow());
  setInterval(async () => (await Lvyue.unsent(await whoever())).length && sendNow(), AGAIN);
  Lvyue.sendNow = sendNow;
  Lvyue.started = start().catch(() => {}); // a browser that keeps nothing shows ordinary pages
})();
