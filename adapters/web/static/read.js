"use strict";
// Follows what is being read, and opens the page of a story that was asked for alone.

const list = document.getElementById("progress");
if (list) {
  const events = new EventSource(list.dataset.events);
  events.addEventListener("item", (event) => {
    const told = JSON.parse(event.data);
    const item = document.getElementById(`i${told.id}`);
    item.dataset.state = told.state;
    const words = item.querySelector(".words");
    if (words.textContent !== told.words) words.textContent = told.words;
    const link = item.querySelector("a");
    link.hidden = !told.address;
    if (told.address) link.href = told.address;
  });
  events.addEventListener("done", () => {
    events.close();
    const read = list.querySelectorAll('[data-state="read"] a');
    if (read.length > 1 && read.length <= 5) {
      const both = document.getElementById("compare");
      both.href = "/compare?" + [...read].map((link) => "b=" + link.pathname.slice(3)).join("&");
      both.hidden = false;
    }
    if (list.children.length === 1 && read.length === 1) location.replace(read[0].href);
  });
}

const form = document.querySelector(".ask");
if (form) {
  form.addEventListener("submit", () => { form.querySelector("button").disabled = true; });
  addEventListener("pageshow", () => { form.querySelector("button").disabled = false; });
  form.wanted.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
}
