"use strict";
// The page works without this: it lights, jumps, copies. What is shown came with the page; no words are made here.

const article = document.querySelector("article");
const card = document.getElementById("card");
const inText = (by, id) => article.querySelectorAll(`[data-${by}~="${id}"]`);
let pinned = null;

function light(button, on) {
  inText(button.dataset.by, button.dataset.light).forEach((words) => words.classList.toggle("lit", on));
}

function unpin() {
  if (!pinned) return;
  pinned.setAttribute("aria-pressed", "false");
  light(pinned, false);
  pinned = null;
}

document.querySelectorAll("[data-light]").forEach((one) => {
  const on = () => light(one, true);
  const off = () => one !== pinned && !one.contains(document.activeElement) && light(one, false);
  one.addEventListener("pointerenter", on);
  one.addEventListener("pointerleave", off);
  one.addEventListener("focusin", on);
  one.addEventListener("focusout", () => one !== pinned && light(one, false));
});
document.querySelectorAll("button.name").forEach((button) =>
  button.addEventListener("click", () => {
    const again = button === pinned;
    unpin();
    if (again) return;
    pinned = button;
    button.setAttribute("aria-pressed", "true");
    light(button, true);
    const first = inText("s", button.dataset.light)[0];
    if (first) first.scrollIntoView({ block: "center" });
  }));

// A deep link shows every piece of a quotation, its own line in the side, and who says it.

function show(id) {
  document.querySelectorAll(".here").forEach((words) => words.classList.remove("here"));
  document.querySelectorAll("[aria-current]").forEach((line) => line.removeAttribute("aria-current"));
  card.hidden = true;
  const by = { q: "q", c: "c", u: "u" }[id[0]];
  const words = by && /^[qcu]\d+$/.test(id) ? inText(by, id) : [];
  words.forEach((one) => one.classList.add("here"));
  words[0]?.scrollIntoView({ block: "center" });
  if (!/^q\d+$/.test(id)) return;
  const line = document.querySelector(`[data-of="${id}"]`);
  if (!line) return;
  line.setAttribute("aria-current", "true");
  line.closest("details").open = true;
  const side = document.getElementById("side");
  if (getComputedStyle(side).position === "sticky") side.scrollTop = line.offsetTop - side.clientHeight / 3;
  else showCard(line);
}

function showCard(line) {
  const who = line.dataset.who && document.querySelector(`#${line.dataset.who} .name`);
  const name = document.createElement("p");
  const strong = document.createElement("b");
  strong.textContent = who ? who.lastChild.textContent.trim() : document.querySelector(".nobody h3").textContent;
  name.append(strong, " ");
  name.append(document.querySelector(`#${line.dataset.who || "none"} .role`)?.textContent ?? "");
  const words = document.createElement("p");
  words.append(...[...line.childNodes].map((node) => node.cloneNode(true)));
  words.querySelectorAll("[id]").forEach((copied) => copied.removeAttribute("id"));
  card.replaceChildren(name, words);
  card.hidden = false;
}

const target = () => location.hash.slice(1);  // ours need no decoding, and others are not looked for
addEventListener("hashchange", () => show(target()));
if (target()) show(target());
document.addEventListener("click", (event) => {
  const words = event.target.closest("article .said[data-q]");
  if (words && getSelection().isCollapsed) location.hash = words.dataset.q.split(" ").pop();
  else if (!event.target.closest("#card, .side")) card.hidden = true;
});

// Copying

// Every quote has its words and its place; who says it and where the story stands are written once for all of them.
function citation(line) {
  const main = document.querySelector("main").dataset;
  const place = line.querySelector(".where a").textContent;
  const who = line.closest("[data-cited]").dataset.cited;
  return `${who} ${line.querySelector(".words").textContent}\n${main.before}${place}${main.after}`;
}

async function copy(button) {
  const told = button.firstChild.textContent;
  const id = button.getAttribute("aria-describedby").slice(1);
  try {
    await navigator.clipboard.writeText(citation(document.querySelector(`[data-of="${id}"]`)));
    button.firstChild.textContent = "Copied";
  } catch {
    button.firstChild.textContent = "Could not copy";
  }
  setTimeout(() => { button.firstChild.textContent = told; }, 1500);
}
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
});
document.querySelectorAll(".copy").forEach((button) => { button.hidden = false; });

// Correcting

// The words of a quote as the article has them; between pieces that are not next to each other stands an ellipsis.
function wordsOf(id) {
  let words = "", last = null;
  inText("q", id).forEach((one) => {
    let next = last?.nextSibling;
    while (next?.classList?.contains("at")) next = next.nextSibling;
    words += (last && next !== one ? " … " : "") + one.textContent;
    last = one;
  });
  return words;
}

const fix = document.getElementById("fix");
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fix]");
  if (!button) return;
  const form = fix.querySelector("form");
  form.reset();
  form.ref.value = button.dataset.fix;
  form.words.value = wordsOf(button.dataset.fix);
  const who = document.querySelector(`[data-of="${button.dataset.fix}"]`)?.closest("[data-cited]").dataset.cited;
  const words = document.getElementById(`w${button.dataset.fix}`).textContent;
  document.getElementById("fix-words").textContent = who ? `${who} ${words}` : words;
  for (const [kind, letter] of [["quote", "q"], ["claim", "c"]]) {
    const part = fix.querySelector(`.of-${kind}`);
    part.hidden = part.disabled = button.dataset.fix[0] !== letter;
    if (!part.hidden) part.querySelector("[type=radio]").checked = true;
  }
  fix.showModal();
});
fix.addEventListener("input", (event) => {
  const part = event.target.closest("p").querySelector("[type=radio]");
  if (part) part.checked = true;
});
document.getElementById("fix-not").addEventListener("click", () => fix.close());

// Keys. They can be put off: WCAG 2.1.4, for whoever speaks to the browser.

const on = document.getElementById("keys-on");
const keys = document.getElementById("keys");
try { on.checked = localStorage.getItem("nutgraf-keys") !== "off"; } catch { /* no storage: keys are on */ }
on.addEventListener("change", () => {
  try { localStorage.setItem("nutgraf-keys", on.checked ? "on" : "off"); } catch { /* holds for this page */ }
});

function step(letter, by) {
  const all = [...new Set([...article.querySelectorAll(`[data-${letter}]`)].flatMap((one) => one.dataset[letter].split(" ")))];
  if (!all.length) return;
  const at = all.indexOf(target());
  location.hash = all[(at + by + all.length + (at < 0 && by < 0 ? 1 : 0)) % all.length];
}

const does = {
  n: () => step("q", 1),
  p: () => step("q", -1),
  c: () => step("c", 1),
  y: () => document.querySelector(`[data-of="${CSS.escape(target())}"] [data-copy]`)?.click(),
  "?": () => keys.showModal(),
};
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !keys.open && !fix.open) { unpin(); show(""); return; }
  if (!on.checked || event.ctrlKey || event.metaKey || event.altKey || keys.open || fix.open) return;
  if (event.target.closest("input:not([type=checkbox]), textarea, select")) return;
  does[event.key]?.();
});
for (const [id, act] of [["help", () => keys.showModal()], ["print", () => print()]]) {
  const button = document.getElementById(id);
  button.hidden = false;
  button.addEventListener("click", act);
}

// On paper nothing can be unfolded.

let folded = [];
addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll(".side details:not([open])")];
  folded.forEach((one) => { one.open = true; });
});
addEventListener("afterprint", () => folded.forEach((one) => { one.open = false; }));
