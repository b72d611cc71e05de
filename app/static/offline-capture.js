// Takes down what somebody typed into a form, so that it can be kept, corrected and sent without its page.
"use strict";

Lvyue.capture = (() => {
  function newKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  const plain = (node) => (node?.textContent || "").replace("*", "").replace(/\s+/g, " ").trim();

  function optionsOf(box) {
    return [...box.options].map((one) => [one.value, plain(one)]);
  }

  // What the boxes of a form are called, so that what was refused can be corrected without its page.
  function described(form) {
    const found = new Map();
    for (const box of form.elements) {
      if (!box.name || ["hidden", "submit", "button", "file"].includes(box.type) || box.tagName === "FIELDSET") continue;
      const group = plain(box.closest("fieldset")?.querySelector("legend"));
      if (box.type === "radio") {
        const radio = found.get(box.name) || { name: box.name, type: "select", label: group, options: [] };
        radio.options.push([box.value, plain(box.closest("label"))]);
        found.set(box.name, radio);
        continue;
      }
      const label = plain(box.labels?.[0]) || box.name;
      const field = { name: box.name, type: box.type, label: group && group !== label ? `${group} · ${label}` : label };
      if (box.tagName === "SELECT") Object.assign(field, { type: "select", options: optionsOf(box) });
      found.set(box.name, field);
    }
    return [...found.values()];
  }

  async function captured(form, sender, person) {
    const sent = new FormData(form);
    if (sender?.name) sent.set(sender.name, sender.value);
    const values = {};
    const files = [...(form.photos || [])];
    for (const [name, value] of sent) {
      if (!(value instanceof File)) values[name] = value;
      else if (value.size) files.push({ box: name, name: value.name, blob: await Lvyue.photos.smaller(value) });
    }
    delete values.csrf_token;
    values.submission ||= newKey();
    if (form.elements.submission) form.elements.submission.value = values.submission;
    const now = new Date();
    return {
      key: values.submission,
      person,
      path: form.getAttribute("action").split("#")[0],
      label: form.dataset.outbox,
      values,
      files,
      fields: described(form),
      tapped_at: form.dataset.tapped || Lvyue.send.seconds(now),
      saved: Number(form.dataset.saved) || now.getTime(),
      state: "trying",
      attempts: 0,
      tried: now.getTime(),
      error: "",
    };
  }

  return { newKey, captured };
})();
