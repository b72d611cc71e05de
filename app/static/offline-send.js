// Sends what was kept, in the order in which it was entered; for pages and for the worker.
"use strict";

Lvyue.send = (() => {
  const { store } = Lvyue;
  const JSON_PLEASE = { Accept: "application/json" };
  const PATIENCE = 60 * 1000; // milliseconds; after that a page that was sending has gone

  const seconds = (date) => `${date.toISOString().slice(0, 19)}Z`;
  const within = (ms) => (AbortSignal.timeout ? { signal: AbortSignal.timeout(ms) } : {});

  async function ask(path, ms) {
    return fetch(path, { headers: JSON_PLEASE, cache: "no-store", credentials: "same-origin", ...within(ms) });
  }

  // Who is signed in, with a token: null without network, { person: null } when nobody is.
  async function token(ms = 10000) {
    try {
      const answer = await ask("/offline/token", ms);
      if (answer.ok) return await answer.json();
      return answer.status === 401 || answer.status === 403 ? { person: null } : null;
    } catch {
      return null;
    }
  }

  // Which of these numbers the site has taken already; null when it cannot be asked.
  async function arrived(keys) {
    try {
      const asked = keys.map((key) => `key=${encodeURIComponent(key)}`).join("&");
      const answer = await ask(`/offline/arrived?${asked}`, 10000);
      return answer.ok ? (await answer.json()).arrived : null;
    } catch {
      return null;
    }
  }

  function body(entry) {
    const form = new FormData();
    for (const [name, value] of Object.entries(entry.values)) form.append(name, value);
    for (const file of entry.files) form.append(file.box, file.blob, file.name);
    return form;
  }

  async function told(answer) {
    try {
      return (await answer.json()).error;
    } catch {
      return `服务器没有接受（${answer.status}）`;
    }
  }

  // Send one and say what became of it: sent, refused, or why it has to wait.
  async function sendOne(entry, csrf) {
    if (entry.attempts && (await arrived([entry.key]))?.includes(entry.key)) {
      await store.remove("entries", entry.key);
      return "sent";
    }
    const tried = { ...entry, state: "sending", attempts: entry.attempts + 1, tried: Date.now() };
    await store.put("entries", tried);
    const wait = (error) => store.put("entries", { ...tried, state: "waiting", error });
    let answer;
    try {
      answer = await fetch(entry.path, {
        method: "POST",
        body: body(entry),
        headers: {
          ...JSON_PLEASE,
          "X-CSRFToken": csrf,
          "Lvyue-Tapped-At": entry.tapped_at,
          "Lvyue-Device-At": seconds(new Date()),
        },
        credentials: "same-origin",
        redirect: "manual",
      });
    } catch {
      await wait("没有收到服务器的回答");
      return "offline";
    }
    if (answer.ok || answer.type === "opaqueredirect") {
      await store.remove("entries", entry.key);
      return "sent";
    }
    if (answer.status === 401) {
      await wait("请登录后发送");
      return "signed out";
    }
    const error = await told(answer);
    if (answer.status >= 500 || answer.status === 429) {
      await wait(error);
      return "waits";
    }
    await store.put("entries", { ...tried, state: "refused", error });
    return "refused";
  }

  const ready = (entry) => entry.state === "waiting" || entry.state === "sending" || Date.now() - entry.tried > PATIENCE;

  async function inTurn() {
    const person = await Lvyue.current();
    const entries = (await Lvyue.unsent(person?.id)).filter((one) => one.state !== "refused" && ready(one));
    const result = { sent: 0, refused: 0, why: "" };
    if (!entries.length) return result;
    const who = await token();
    if (!who) return { ...result, why: "offline" };
    if (who.person?.id !== person.id) return { ...result, why: "signed out" };
    for (const entry of entries) {
      const became = await sendOne(entry, who.csrf);
      if (became === "sent") result.sent += 1;
      else if (became === "refused") result.refused += 1;
      else result.why = became;
      Lvyue.changed();
      if (became === "offline" || became === "signed out") break;
    }
    return result;
  }

  // One sender at a time where the browser can see to that; the site takes each thing once in any case.
  async function all() {
    if (!self.navigator.locks) return inTurn();
    return navigator.locks.request("lvyue-send", { ifAvailable: true }, (lock) =>
      lock ? inTurn() : { sent: 0, refused: 0, why: "busy" },
    );
  }

  return { all, token, arrived, seconds };
})();
