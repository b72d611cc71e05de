// Counts down to the due times of a page by the server's time; the browser's own clock may be wrong.
"use strict";

(() => {
  const told = document.querySelector('meta[name="server-time"]');
  const clocks = [...document.querySelectorAll("[data-due]")];
  if (!told || !clocks.length) return;

  const ahead = Date.parse(told.content) - Date.now();
  const SOON = 60 * 60; // seconds

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

  function tick() {
    clocks.forEach(show);
  }

  listenToClocks();
  tick();
  setInterval(tick, 1000);
})();
