// SPDX-License-Identifier: Apache-2.0
// Comfort only: every page works without it. Keys for going about, and what is kept when
// htmx puts a new page in the place of an old one.
"use strict";

// A link into a closed part opens it. Browsers do so by themselves; this is for those
// that do not yet.
const unfold = () => {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let d = target && target.parentElement.closest("details"); d; d = d.parentElement.closest("details")) d.open = true;
};
addEventListener("hashchange", unfold);
addEventListener("DOMContentLoaded", unfold);

// Single keys can be turned off, for whoever speaks to the computer.
const silent = (off) => {
  try {
    if (off !== undefined) localStorage.setItem("keys", off ? "off" : "on");
    return localStorage.getItem("keys") === "off";
  } catch {
    return off ?? false;
  }
};
addEventListener("DOMContentLoaded", () => {
  const help = document.getElementById("keys");
  help?.addEventListener("toggle", (e) => e.newState === "open" && help.querySelector("button").focus());
  const box = document.getElementById("keys-on");
  if (!box) return;
  box.closest("[hidden]")?.removeAttribute("hidden");
  box.checked = !silent();
  box.addEventListener("change", () => silent(!box.checked));
});

// What j and k go through: the rows of a list, or where there is none, what folds.
const rows = () => {
  const list = [...document.querySelectorAll("[data-row]")].map((r) => r.querySelector("th a, a")).filter((a) => a?.checkVisibility());
  return list.length ? list : [...document.querySelectorAll("main .fold > summary")].filter((s) => s.checkVisibility());
};
const step = (by) => {
  const list = rows();
  const on = document.activeElement;
  let at = list.indexOf(on);
  // From within a row or a part, the next is counted from it.
  if (at < 0) at = list.findIndex((r) => (r.closest("[data-row]") ?? r.parentElement).contains(on));
  const to = list[Math.max(0, Math.min(at + by, list.length - 1))];
  to?.focus();
  return Boolean(to);
};
const go = { q: "/queue", p: "/people", r: "/rings", c: "/catalogue", s: "/search" };
let going = 0;
document.addEventListener("keydown", (e) => {
  if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing || silent()) return;
  if (e.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")) return;
  const led = e.timeStamp < going && go[e.key];
  going = 0;
  if (led) {
    const link = document.querySelector(`.rail a[href="${led}"]`);
    if (link) {
      e.preventDefault();
      link.click();
    }
    return;
  }
  const done = {
    "/": () => {
      const field = document.querySelector("input[type=search]") ?? document.querySelector('.rail a[href="/search"]');
      field?.matches("a") ? field.click() : field?.focus();
      return field;
    },
    j: () => step(1),
    k: () => step(-1),
    o: () => document.activeElement?.matches("a, summary") && !document.activeElement.click(),
    x: () => {
      const box = document.activeElement?.closest("[data-row]")?.querySelector("input[type=checkbox]");
      box?.click();
      return box;
    },
    g: () => (going = e.timeStamp + 1500),
    "?": () => {
      const help = document.getElementById("keys");
      help?.togglePopover?.();
      return help;
    },
  }[e.key]?.();
  if (done) e.preventDefault();
});

// htmx puts the main part of the page that answers in the place of the one that is
// there. What was unfolded stays so, but for the form that was sent, and the focus goes
// to where the form says.
const nameOf = (d) => d.querySelector("[id]")?.id ?? d.querySelector("summary")?.textContent;
let kept = null;
document.addEventListener("htmx:before:swap", (e) => {
  const from = e.detail.ctx.sourceElement;
  kept = null;
  if (from?.id === "work") return; // the line of progress asked for itself: nobody moved
  const sent = from?.closest("details");
  kept = {
    open: new Set([...document.querySelectorAll("main details[open]")].filter((d) => d !== sent).map(nameOf)),
    after: from?.dataset.after,
  };
});
document.addEventListener("htmx:after:swap", (e) => {
  const was = kept;
  kept = null;
  if (!was) return;
  for (const d of document.querySelectorAll("main details:not([open])")) if (was.open.has(nameOf(d))) d.open = true;
  const ctx = e.detail.ctx;
  if (ctx.request?.method === "GET" && ctx.response?.raw?.url) {
    history.replaceState({ swapped: true }, "");
    history.pushState({ swapped: true }, "", ctx.response.raw.url);
  }
  const problem = document.getElementById("problem");
  const to = problem ?? document.getElementById(was.after) ?? document.getElementById("main");
  to?.focus({ preventScroll: !problem });
});
addEventListener("popstate", (e) => {
  if (e.state?.swapped) location.reload();
});
document.addEventListener("htmx:error", (e) => {
  if (e.detail?.ctx?.sourceElement?.id === "work") return; // it asks again
  const main = document.getElementById("main");
  document.getElementById("problem")?.remove();
  const words = document.createElement("p");
  words.id = "problem";
  words.className = "wrong";
  words.tabIndex = -1;
  words.setAttribute("role", "alert");
  words.textContent = "The console did not answer. Nothing you typed is lost; try again in a moment.";
  main.prepend(words);
  words.focus();
});
