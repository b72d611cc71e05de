// A call: the unit narrows the projects, a project picks its unit and who can be given it, and beside the
// form stands what would be promised and what is open there already.
"use strict";

(() => {
  const form = document.getElementById("call");
  const place = document.querySelector("[data-beside-place]");
  if (!form || !place) return;
  const { unit, project, engineer } = form.elements;
  const PAUSE = 250; // milliseconds of not choosing
  const ASKED = ["unit", "project", "kind", "paralysis", "onsite", "reported_at"];
  let timer = null;
  let asked = "";

  const everyone = [...engineer.options];

  // Not hidden but taken out: a browser on a phone shows hidden choices.
  function narrowEngineers() {
    const chosen = engineer.value;
    const fits = (one) => !one.value || !project.value || one.dataset.projects.split(" ").includes(project.value);
    engineer.replaceChildren(...everyone.filter(fits));
    engineer.value = [...engineer.options].some((one) => one.value === chosen) ? chosen : "";
  }

  function narrowProjects() {
    const fits = [];
    for (const one of project.options) {
      one.hidden = Boolean(one.value && unit.value && one.dataset.unit !== unit.value);
      if (one.value && !one.hidden) fits.push(one.value);
    }
    if (project.value && project.selectedOptions[0].hidden) project.value = "";
    if (unit.value && fits.length === 1) [project.value] = fits;
    project.dispatchEvent(new Event("lvyue-narrowed"));
  }

  function pickUnit() {
    const of = project.selectedOptions[0]?.dataset.unit;
    if (!of || unit.value === of) return;
    unit.value = of;
    unit.dispatchEvent(new Event("lvyue-narrowed"));
    narrowProjects();
  }

  async function look() {
    const sent = new FormData(form);
    const said = new URLSearchParams(ASKED.filter((name) => sent.get(name)).map((name) => [name, sent.get(name)]));
    const address = `${form.dataset.beside}?${said}`;
    if (address === asked || !(unit.value || project.value)) return;
    asked = address;
    try {
      const answer = await fetch(address, { credentials: "same-origin", redirect: "error", cache: "no-store" });
      if (answer.ok && address === asked) place.innerHTML = await answer.text();
    } catch {
      asked = ""; // no network: asked again at the next choice
    }
  }

  form.addEventListener("change", (event) => {
    if (event.target === unit) narrowProjects();
    if (event.target === project) pickUnit();
    if (event.target === unit || event.target === project) narrowEngineers();
    if (!ASKED.includes(event.target.name)) return;
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  });

  // From any box, without the way through all the others: the hands stay on the keys.
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing || event.repeat) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector("button[value=next]"));
  });

  pickUnit();
  if (unit.value) narrowProjects();
  narrowEngineers();
  look();
  if (!document.querySelector("[data-focus]") && matchMedia("(min-width: 62em)").matches) form.elements.reporter.focus();
})();
