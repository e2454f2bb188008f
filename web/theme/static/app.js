// What pages do beyond links and forms. Every page works without it.
"use strict";

const announcer = document.getElementById("announcer");
const dialog = document.getElementById("dialog");

// Says a text to screen readers: what has just happened, or how many were found.
function announce(text) {
  announcer.textContent = "";
  requestAnimationFrame(() => { announcer.textContent = text; });
}

function announceIn(part) {
  const said = part.matches("[data-announce]") ? part : part.querySelector("[data-announce]");
  if (said) announce(said.textContent.trim());
}

announceIn(document.body);

// A page that refreshes itself keeps no session from going idle: no event brought that about.
document.body.addEventListener("htmx:configRequest", (event) => {
  if (!event.detail.triggeringEvent) event.detail.headers["Page-Refresh"] = "true";
});

document.body.addEventListener("htmx:beforeRequest", (event) => {
  event.detail.target.setAttribute("aria-busy", "true");
});

document.body.addEventListener("htmx:afterRequest", (event) => {
  event.detail.target.removeAttribute("aria-busy");
});

document.body.addEventListener("htmx:afterSettle", (event) => {
  if (!event.target.isConnected) return;
  announceIn(event.target);
  // A confirmation that was loaded opens; the browser gives focus back to the link when it closes.
  // Focus is at what it asks: at its first button, a key too many would end something.
  if (event.target.id === "dialog-content" && !dialog.open) {
    dialog.showModal();
    document.getElementById("dialog-title")?.focus();
  }
});

// A link that was to load a confirmation is followed where that fails.
for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.body.addEventListener(failure, (event) => {
    const link = event.detail.elt.closest("a[href]");
    if (link) location.assign(link.href);
  });
}

dialog.addEventListener("click", (event) => {
  if (!event.target.closest("[data-closes]")) return;
  event.preventDefault();
  dialog.close();
});

// A second click does nothing. The server makes two of one form one act in any case.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.getAttribute("aria-busy") === "true") event.preventDefault();
  else form.setAttribute("aria-busy", "true");
});

// Back brings a page as it was left, with its form on the way.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[aria-busy]")) form.removeAttribute("aria-busy");
});

// Hands the reader on to a bank. Who comes back by "Back" stays, and finds the button.
const handsOver = document.querySelector("form[data-sends-itself]");
if (handsOver && performance.getEntriesByType("navigation")[0]?.type === "navigate") handsOver.requestSubmit();
