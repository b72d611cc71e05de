// Drafts: what is being typed outlives the page. A phone ends pages in the background, people reload, go back,
// sign out in between: whoever opens the form again, on this device and under the same name, goes on where they
// stopped. Kept for three days, for that person alone; never passwords, files or hidden values.
//
// A form is kept while somebody types in it (keep.js takes over when it is sent: what the site refused comes
// back from there). Only what differs from the page as it came is kept, so that a form which has changed
// meanwhile keeps its own values elsewhere; on a page that shows a refused form all of it is kept, for there the
// boxes come with what was typed. Once sent, a draft is done with at the next page of the same tab, unless the site
// shows the form again, or the form was loaded anew before anything had come back.
"use strict";

(() => {
  const NAME = "lvyue-drafts"; // {person: {key: {at, sent, values: [{name, nth, value, ticked}]}}}
  const SENT = "lvyue-drafts-sent"; // [key]: what this tab has sent and has heard nothing of yet
  const DAYS_3 = 72 * 3600 * 1000;
  const MOST = 20; // drafts of one person
  const PAUSE = 400; // milliseconds of not typing
  const FLEETING = new Set(["csrf_token", "version", "submission"]); // hidden values that tell no form from another
  const TEXT = "textarea, input[type=text], input[type=tel], input[type=number], input[type=date], input:not([type])";
  const { typed, changed, tell, empty, notice, way, UNSURE } = Lvyue.kept;
  const person = document.body.dataset.person;
  const isAnswer = "answer" in document.body.dataset;

  function readAll() {
    try {
      return JSON.parse(localStorage.getItem(NAME)) || {};
    } catch {
      return {};
    }
  }

  function young(drafts) {
    const left = Object.entries(drafts || {}).filter(([, one]) => Date.now() - one.at < DAYS_3);
    return Object.fromEntries(left.sort((a, b) => a[1].at - b[1].at).slice(-MOST));
  }

  const read = () => young(readAll()[person]);

  function write(drafts) {
    const all = Object.entries({ ...readAll(), [person]: drafts }).map(([who, theirs]) => [who, young(theirs)]);
    const left = all.filter(([, theirs]) => Object.keys(theirs).length);
    try {
      if (left.length) localStorage.setItem(NAME, JSON.stringify(Object.fromEntries(left)));
      else localStorage.removeItem(NAME);
    } catch {
      // a full or forbidden store: the form works as it would without this script
    }
  }

  function forget(key) {
    const drafts = read();
    delete drafts[key];
    write(drafts);
  }

  const isKept = (form) =>
    form.method === "post" && !("queue" in form.dataset) && form.querySelector(TEXT) && !form.querySelector("input[type=password]");

  function keyOf(form) {
    const path = new URL(form.getAttribute("action") || location.href, location.href).pathname;
    const told = [...form.querySelectorAll("input[type=hidden]")].filter((box) => !FLEETING.has(box.name));
    return [path, form.getAttribute("id") || "", ...told.map((box) => `${box.name}=${box.value}`)].join(" ");
  }

  function valuesOf(form) {
    const seen = new Map();
    return typed(form).flatMap((box) => {
      const choice = box.type === "checkbox" || box.type === "radio";
      const called = choice ? `${box.name} ${box.value}` : box.name;
      const nth = seen.get(called) || 0;
      seen.set(called, nth + 1);
      if (!changed(box) && !isAnswer) return [];
      return [{ name: box.name, nth, value: box.value, ticked: choice ? box.checked : null }];
    });
  }

  function keep(form) {
    const values = valuesOf(form);
    if (!values.some((one) => one.ticked ?? one.value.trim())) return forget(keyOf(form));
    return write({ ...read(), [keyOf(form)]: { at: Date.now(), sent: false, values } });
  }

  // -- while somebody types ------------------------------------------------------------------------------

  const waiting = new Map(); // form: timer

  function now() {
    for (const [form, timer] of waiting) {
      clearTimeout(timer);
      if (form.isConnected) keep(form);
    }
    waiting.clear();
  }

  function typing(event) {
    const form = event.target.form;
    if (!form || !isKept(form)) return;
    clearTimeout(waiting.get(form));
    waiting.set(form, setTimeout(now, PAUSE));
  }

  function sent(event) {
    const form = event.target;
    now();
    const leaves = !event.defaultPrevented && navigator.onLine && isKept(form);
    const draft = leaves && read()[keyOf(form)];
    if (!draft) return;
    write({ ...read(), [keyOf(form)]: { ...draft, sent: true } });
    note([...noted(), keyOf(form)]);
  }

  function noted() {
    try {
      return JSON.parse(sessionStorage.getItem(SENT)) || [];
    } catch {
      return [];
    }
  }

  function note(keys) {
    try {
      sessionStorage.setItem(SENT, JSON.stringify(keys));
    } catch {
      // as above
    }
  }

  // What is kept to be sent later is not a draft as well: offline.js.
  function queued(event) {
    const form = event.target;
    clearTimeout(waiting.get(form));
    waiting.delete(form);
    forget(keyOf(form));
  }

  // -- when the form is there again ------------------------------------------------------------------------

  function fill(form, values) {
    const touched = [];
    const boxes = typed(form);
    for (const one of values) {
      const fits = (box) => box.name === one.name && (one.ticked === null || box.value === one.value);
      const box = boxes.filter(fits)[one.nth];
      if (!box) continue;
      if (one.ticked === null) box.value = one.value;
      else box.checked = one.ticked;
      touched.push(box);
    }
    tell(touched);
    return touched.length;
  }

  function unfold(form) {
    for (let one = form.closest("details"); one; one = one.parentElement.closest("details")) one.open = true;
  }

  function putBack(form, key, draft) {
    const told = form.querySelector(".kept"); // keep.js has put back what was sent; this was typed after it
    if (told) form.reset();
    if (!fill(form, draft.values) || told) return;
    unfold(form);
    const at = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", month: "long", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    const said = draft.sent ? UNSURE : `已恢复您 ${at.format(draft.at)} 填到一半的内容；照片和文件请重新选择。`;
    form.prepend(notice(said, null, () => (forget(key), empty(form))));
  }

  function start() {
    if (!person) return;
    const drafts = read();
    const mine = new Set(noted());
    const unheard = way === "reload" || way === "back_forward";
    const seen = new Set();
    for (const form of [...document.forms].filter(isKept)) {
      const key = keyOf(form);
      const draft = drafts[key];
      if (!draft || seen.has(key)) continue;
      seen.add(key);
      const lost = draft.sent && unheard && mine.has(key) && !("outbox" in form.dataset); // offline.js knows of those
      if (!isAnswer && (!draft.sent || lost)) putBack(form, key, draft);
      if (draft.sent && (isAnswer || lost)) drafts[key] = { ...draft, sent: false }; // here, with everything in it
    }
    const done = ([key, one]) => one.sent && mine.has(key);
    write(Object.fromEntries(Object.entries(drafts).filter((each) => !done(each))));
    note([]);
    document.addEventListener("input", typing);
    document.addEventListener("change", typing);
    document.addEventListener("submit", sent);
    document.addEventListener("lvyue-kept", queued);
    document.addEventListener("visibilitychange", () => document.hidden && now());
    addEventListener("pagehide", now);
  }

  start();
})();
