// Counts down to the due times of a page by the server's time; the browser's own clock may be wrong.
"use strict";

(() => {
  const told = document.querySelector('meta[name="server-time"]');
  if (!told) return;

  const SOON = 60 * 60; // seconds
  const ASLEEP = 10 * 1000; // milliseconds between two ticks after which the device has slept
  let ahead = Date.parse(told.content) - Date.now();
  let ticked = Date.now();
  let asking = false;

  function inWords(seconds) {
    const days = Math.floor(seconds / 86400);
    const hours = Math.floor((seconds % 86400) / 3600);
    const minutes = Math.floor((seconds % 3600) / 60);
    if (days) return `${days} 天 ${hours} 小时`;
    if (hours) return `${hours} 小时 ${minutes} 分`;
    return `${minutes} 分 ${seconds % 60} 秒`;
  }

  function show(clock) {
    const left = Math.round((Date.parse(clock.dataset.due) - Date.now() - ahead) / 1000);
    clock.textContent = left >= 0 ? `剩 ${inWords(left)}` : `超时 ${inWords(-left)}`;
    clock.classList.toggle("is-late", left < 0);
    clock.classList.toggle("is-soon", left >= 0 && left < SOON);
    announce(clock, left);
  }

  // Who listens to the page hears of a clock that is about to expire: at 30 minutes, at 10, and once late.
  const STEPS = [[0, "已超时"], [10 * 60, "剩不到 10 分钟"], [30 * 60, "剩不到 30 分钟"]];
  const stepOf = (left) => STEPS.findIndex(([from]) => left < from);
  let speaker = null;

  function announce(clock, left) {
    const step = stepOf(left);
    const before = clock.dataset.step;
    clock.dataset.step = step;
    if (before === undefined || before === `${step}` || step < 0) return;
    const about = clock.closest("tr, article, section")?.querySelector("a, h2")?.textContent.trim() || "计时";
    speaker.textContent = `${about}：${STEPS[step][1]}`;
  }

  function listenToClocks() {
    speaker = document.createElement("p");
    speaker.className = "visually-hidden";
    speaker.setAttribute("role", "status");
    document.body.append(speaker);
  }

  // Looked up at every tick: a page that learns of changes by itself puts new ones in.
  function tick() {
    const gap = Date.now() - ticked;
    ticked = Date.now();
    document.querySelectorAll("[data-due]").forEach(show);
    if (gap > ASLEEP || gap < 0) askTheTime();
  }

  // After sleep, and when somebody has set the device's clock, what it was ahead by is worth nothing.
  async function askTheTime() {
    if (asking || document.hidden || !navigator.onLine) return;
    asking = true;
    try {
      const sent = Date.now();
      const answer = await fetch("/pulse", { headers: { Accept: "application/json" }, cache: "no-store" });
      const at = Date.parse(answer.headers.get("Server-Time"));
      if (answer.ok && at) ahead = at - (sent + Date.now()) / 2;
    } catch {
      // no network: it goes on counting as before
    }
    asking = false;
  }

  let hiddenAt = 0;
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) hiddenAt = Date.now();
    else if (Date.now() - hiddenAt > ASLEEP) askTheTime().then(tick);
  });
  addEventListener("online", askTheTime);
  document.addEventListener("lvyue-live", tick);
  listenToClocks();
  tick();
  setInterval(tick, 1000);
})();
