// Forms: sent once however often one taps, and after a refusal the message is what one sees first.
"use strict";

(() => {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return; // asking again costs nothing, and a file leaves the page as it is
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    const sender = event.submitter;
    if (sender) sender.setAttribute("aria-busy", "true");
  });

  // The browser may bring back a page as it was left, with a form that counts as sent.
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
    document.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
  });

  const message = document.querySelector("[data-focus]");
  if (message) message.focus();
  // On a phone the keyboard would cover half of the page before anybody has seen it.
  else if (matchMedia("(pointer: fine)").matches) document.querySelector("[data-desk-focus]")?.focus();

  // What was unfolded to be filled in is in sight, and where one types next.
  document.addEventListener("click", (event) => {
    const folded = event.target.closest("summary")?.parentElement;
    if (!folded?.matches(".step-form, .confirm, .action") || folded.open) return;
    folded.addEventListener(
      "toggle",
      () => {
        const first = folded.querySelector("form :is(textarea, select, input:not([type=hidden]))");
        if (first?.matches(".step-form textarea, .confirm textarea")) first.focus({ preventScroll: true });
        folded.scrollIntoView({ block: "nearest" });
      },
      { once: true },
    );
  });

  // A link to a folded part opens it.
  function unfold() {
    const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    const folded = target && target.closest("details");
    if (folded) {
      folded.open = true;
      target.scrollIntoView();
    }
  }
  window.addEventListener("hashchange", unfold);
  unfold();
})();
