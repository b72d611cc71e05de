// Looks how far a report is while somebody looks at the page, and shows it anew when it is there.
"use strict";

(() => {
  const box = document.querySelector("[data-report-state]");
  if (!box) return;
  const EVERY = 2000; // milliseconds
  const bar = box.querySelector("progress");
  const said = box.querySelector("[data-percent]");
  let waiting = null;

  async function look() {
    waiting = null;
    if (document.hidden) return;
    try {
      const answer = await fetch(box.dataset.reportState, { headers: { Accept: "application/json" } });
      if (answer.ok) {
        const told = await answer.json();
        if (told.state === "done" || told.state === "failed") {
          window.location.reload();
          return;
        }
        bar.value = told.progress;
        said.textContent = `${told.progress}%`;
      }
    } catch {
      // No network for a moment: the next look may find it.
    }
    next();
  }

  function next() {
    if (waiting === null && !document.hidden) waiting = setTimeout(look, EVERY);
  }

  document.addEventListener("visibilitychange", next);
  next();
})();
