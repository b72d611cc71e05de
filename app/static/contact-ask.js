// A contact's request: what would be promised is shown before it is sent, and what is asked fits the kind.
"use strict";

(() => {
  const form = document.querySelector("form[data-promise]");
  if (!form) return;
  const shown = form.querySelector("[data-promised]");
  let asked = 0;

  function chosen(name) {
    const field = form.elements[name];
    if (!field) return "";
    return field.type === "checkbox" ? (field.checked ? "1" : "") : field.value || "";
  }

  async function show() {
    const kind = chosen("kind");
    const project = chosen("project");
    const mine = ++asked;
    if (!kind || !project) {
      shown.hidden = true;
      return;
    }
    const about = new URLSearchParams({ kind, project, paralysis: chosen("paralysis"), onsite: chosen("onsite") });
    try {
      const answer = await fetch(`${form.dataset.promise}?${about}`, { credentials: "same-origin" });
      if (mine !== asked) return;
      if (!answer.ok || answer.redirected) throw new Error("not answered");
      shown.innerHTML = await answer.text();
      shown.hidden = false;
    } catch {
      if (mine === asked) shown.hidden = true; // without it the request can be sent all the same
    }
  }

  form.addEventListener("change", (event) => {
    const name = event.target.name;
    if (name === "kind" && event.target.value !== "incident") {
      // Asked of repairs only: an answer given before must not go along unseen.
      form.querySelectorAll('[name="paralysis"]').forEach((one) => (one.checked = false));
    }
    if (["kind", "project", "paralysis", "onsite"].includes(name)) show();
  });
  show();
})();
