// What script adds; every page works without it.
(function () {
  "use strict";

  // A select of class "combobox" becomes a searchable list (WAI-ARIA combobox); the select still holds the value.
  function combobox(select) {
    if (select.dataset.ready) return;
    select.dataset.ready = "1";
    const id = select.id;
    const box = document.createElement("div");
    const input = document.createElement("input");
    const list = document.createElement("ul");
    box.className = "combo";
    input.type = "text";
    input.autocomplete = "off";
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", id + "-list");
    for (const name of ["aria-describedby", "aria-invalid"]) {
      if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
    }
    list.id = id + "-list";
    list.setAttribute("role", "listbox");
    const label = document.querySelector('label[for="' + id + '"]');
    if (label) list.setAttribute("aria-label", label.textContent.trim());
    list.hidden = true;
    select.id = id + "-value";
    input.id = id;
    select.hidden = true;
    select.before(box);
    box.append(input, list);
    let active = -1;

    function written() {
      const chosen = select.selectedOptions[0];
      return chosen && chosen.value ? chosen.text : "";
    }
    function close() {
      list.hidden = true;
      active = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }
    function choose(value) {
      select.value = value;
      select.dispatchEvent(new Event("change", { bubbles: true }));
      input.value = written();
      close();
    }
    function open() {
      const words = input.value === written() ? [] : input.value.toLowerCase().split(/\s+/).filter(Boolean);
      list.textContent = "";
      for (const option of select.options) {
        const text = option.text.toLowerCase();
        if (!option.value || !words.every((word) => text.includes(word))) continue;
        const item = document.createElement("li");
        item.id = id + "-" + list.children.length;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        item.dataset.value = option.value;
        item.textContent = option.text;
        list.append(item);
      }
      active = -1;
      list.hidden = list.children.length === 0;
      input.setAttribute("aria-expanded", String(!list.hidden));
    }
    function move(step) {
      if (list.hidden) open();
      const items = list.children;
      if (!items.length) return;
      if (items[active]) items[active].setAttribute("aria-selected", "false");
      active = (active + step + items.length) % items.length;
      items[active].setAttribute("aria-selected", "true");
      items[active].scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", items[active].id);
    }
    input.value = written();
    input.addEventListener("input", open);
    input.addEventListener("click", open);
    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        move(event.key === "ArrowDown" ? 1 : -1);
      } else if (event.key === "Enter" && list.children[active]) {
        event.preventDefault();
        choose(list.children[active].dataset.value);
      } else if (event.key === "Escape") {
        input.value = written();
        close();
      }
    });
    list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const item = event.target.closest("li");
      if (item) choose(item.dataset.value);
    });
    input.addEventListener("blur", () => {
      if (!input.value) choose("");
      else if (list.children.length === 1 && input.value !== written()) choose(list.children[0].dataset.value);
      input.value = written();
      close();
    });
  }

  // A form is sent once in a few seconds, however often its button is pressed.
  function once(event) {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 4000);
  }

  function enhance(root) {
    root.querySelectorAll("select.combobox").forEach(combobox);
    const summary = root.querySelector(".summary[role=alert]");
    if (summary) summary.focus();
  }

  document.addEventListener("submit", once);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && location.hash === "#menu") location.hash = "#top";
  });
  document.addEventListener("DOMContentLoaded", () => enhance(document));
  document.addEventListener("htmx:load", (event) => enhance(event.target));
})();
