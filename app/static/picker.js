// Narrows a long list of choices to those that contain what is typed above it, or are spelt by it in initials.
//
// <input type="search" data-narrows="ID" data-suggests="project"> narrows <select id="ID">. Without
// data-suggests only the texts of the choices are looked at; with it the site is asked for letters as well.
"use strict";

(() => {
  const LETTERS = /^[a-z0-9]*[a-z][a-z0-9]*$/i;
  const PAUSE = 200; // milliseconds of not typing

  async function suggested(field, words) {
    try {
      const asked = `/search/suggest?${new URLSearchParams({ field, q: words })}`;
      const answer = await fetch(asked, { headers: { Accept: "application/json" } });
      return answer.ok ? new Set((await answer.json()).items.map((one) => String(one.value))) : new Set();
    } catch {
      return new Set(); // no network: what the texts contain has to do
    }
  }

  for (const box of document.querySelectorAll("[data-narrows]")) {
    const list = document.getElementById(box.dataset.narrows);
    if (!list) continue;
    const all = [...list.options];
    let waiting = null;
    box.closest("[hidden]")?.removeAttribute("hidden");

    function narrow(also) {
      const words = box.value.trim().toLowerCase().split(/\s+/);
      const chosen = list.value;
      const says = (option) => words.every((word) => option.text.toLowerCase().includes(word));
      const fits = (option) => says(option) || also.has(option.value);
      const left = all.filter((option) => !option.value || option.value === chosen || fits(option));
      list.replaceChildren(...left);
      const found = left.filter((option) => option.value && fits(option));
      list.value = found.length === 1 ? found[0].value : chosen;
    }

    box.addEventListener("input", () => {
      clearTimeout(waiting);
      narrow(new Set());
      const typed = box.value.trim();
      if (!box.dataset.suggests || !LETTERS.test(typed)) return;
      waiting = setTimeout(async () => {
        const found = await suggested(box.dataset.suggests, typed);
        if (box.value.trim() === typed) narrow(found);
      }, PAUSE);
    });
    // Return in the search box chooses, it does not send the form.
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      list.focus();
    });
  }
})();
