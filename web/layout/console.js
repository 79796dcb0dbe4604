// SPDX-License-Identifier: Apache-2.0
// Comfort only: every page works without it. "/" goes to the search field, j and k
// move through the rows of a list.
"use strict";
document.addEventListener("keydown", (e) => {
  if (e.ctrlKey || e.metaKey || e.altKey || e.target.closest("input, textarea, select, [contenteditable]")) return;
  const rows = [...document.querySelectorAll("[data-row] a:first-of-type")];
  const at = rows.indexOf(document.activeElement);
  const to = {
    "/": () => document.querySelector("input[type=search]"),
    "j": () => rows[Math.min(at + 1, rows.length - 1)],
    "k": () => rows[Math.max(at - 1, 0)],
  }[e.key]?.();
  if (to) {
    e.preventDefault();
    to.focus();
  }
});
