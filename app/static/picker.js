// Narrows a long list of choices to those that contain what is typed above it.
"use strict";

(() => {
  for (const box of document.querySelectorAll("[data-narrows]")) {
    const list = document.getElementById(box.dataset.narrows);
    if (!list) continue;
    const all = [...list.options];
    box.closest("[hidden]")?.removeAttribute("hidden");
    box.addEventListener("input", () => {
      const words = box.value.trim().toLowerCase().split(/\s+/);
      const chosen = list.value;
      const fits = (option) => words.every((word) => option.text.toLowerCase().includes(word));
      const left = all.filter((option) => !option.value || option.value === chosen || fits(option));
      list.replaceChildren(...left);
      const found = left.filter((option) => option.value && fits(option));
      list.value = found.length === 1 ? found[0].value : chosen;
    });
    // Return in the search box chooses, it does not send the form.
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      list.focus();
    });
  }
})();
