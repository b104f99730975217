/* The frame: theme menu, jump box, keys, menus that close, table roles for phones.
   Every part works without this file too: as a form, a page or a link. */
(function () {
  "use strict";
  var root = document.documentElement;

  /* ── Settings kept for the person: theme, single keys ─────────────────────────────────────── */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    var button = event.submitter;
    if (!form.matches("[data-preferences]") || !button || button.name !== "theme") return;
    event.preventDefault();
    var data = new FormData(form);
    data.set(button.name, button.value);
    fetch(form.action, { method: "POST", body: data, headers: { Accept: "application/json" } }).then(
      function (answer) {
        if (!answer.ok) return form.submit();
        root.dataset.theme = button.value;
        root.dispatchEvent(new Event("lockin:apply-theme"));
        document.querySelectorAll("[data-preferences] button[name=theme]").forEach(function (other) {
          other.setAttribute("aria-pressed", String(other.value === button.value));
        });
      },
      function () {
        form.submit();
      }
    );
  });

  /* ── Menus: a click elsewhere or Escape closes them ───────────────────────────────────────── */
  var MENUS = "details.menu, details.burger-menu, details.panel";
  function closeMenus(except) {
    document.querySelectorAll(MENUS).forEach(function (menu) {
      if (menu !== except && menu.open) menu.open = false;
    });
  }
  document.addEventListener("click", function (event) {
    closeMenus(event.target.closest(MENUS));
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    /* A search field keeps the first Escape to empty itself: the box would need a second one. */
    var box = event.target.closest && event.target.closest("dialog[open]");
    if (box) {
      event.preventDefault();
      box.close();
      return;
    }
    var open = event.target.closest && event.target.closest(MENUS + "[open]");
    closeMenus(null);
    if (open) open.querySelector("summary").focus();
  });

  /* ── Jump box ─────────────────────────────────────────────────────────────────────────────── */
  var jump = document.getElementById("jump");
  var keys = document.getElementById("keys");
  var found = jump && jump.querySelector(".jump-found");
  var field = jump && jump.querySelector("input");
  var waiting = 0;
  var asked = 0;

  function openJump() {
    closeMenus(null);
    jump.showModal();
    field.select();
    search();
  }
  function search() {
    var mine = ++asked;
    var url = jump.dataset.url + "?q=" + encodeURIComponent(field.value.trim());
    fetch(url, { headers: { "HX-Request": "true" }, credentials: "same-origin" })
      .then(function (answer) {
        if (!answer.ok) throw new Error(String(answer.status));
        return answer.text();
      })
      .then(function (html) {
        if (mine === asked) found.innerHTML = html;
      })
      .catch(function () {
        if (mine === asked) found.textContent = "The search could not be reached. Try again.";
      });
  }
  function results() {
    return Array.prototype.slice.call(found.querySelectorAll("a"));
  }
  if (jump) {
    document.addEventListener("click", function (event) {
      if (!event.target.closest("[data-jump]") || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      openJump();
    });
    field.addEventListener("input", function () {
      clearTimeout(waiting);
      waiting = setTimeout(search, 150);
    });
    jump.querySelector("form").addEventListener("submit", function (event) {
      var first = results()[0];
      if (!first) return;
      event.preventDefault();
      window.location.assign(first.href);
    });
    jump.addEventListener("keydown", function (event) {
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
      event.preventDefault();
      var links = results();
      var at = links.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
      if (at < 0) field.focus();
      else if (links[at]) links[at].focus();
    });
    jump.addEventListener("click", function (event) {
      if (event.target === jump) jump.close();
    });
  }

  /* ── Keys: never while typing, never with Ctrl, Alt or Meta, and off when the person says so ─ */
  var leading = "";
  var leadTimer = 0;
  function typing(target) {
    return (
      target.isContentEditable ||
      Boolean(target.closest("input, textarea, select, [contenteditable]"))
    );
  }
  function rows() {
    return Array.prototype.filter.call(
      document.querySelectorAll("main tbody tr, main [data-row]"),
      function (row) {
        return row.querySelector("a[href]") && row.offsetParent !== null;
      }
    );
  }
  function moveRow(step) {
    var all = rows();
    if (!all.length) return;
    var at = all.findIndex(function (row) {
      return row.classList.contains("here");
    });
    var next = at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step;
    if (!all[next]) return;
    if (at >= 0) all[at].classList.remove("here");
    all[next].classList.add("here");
    all[next].querySelector("a[href]").focus({ preventScroll: true });
    all[next].scrollIntoView({ block: "nearest" });
  }
  document.addEventListener("keydown", function (event) {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
    if (typing(event.target) || document.querySelector("dialog[open]")) return;
    if (root.dataset.keys !== "on") return;
    if (leading === "g") {
      clearTimeout(leadTimer);
      leading = "";
      var link = keys && keys.querySelector('[data-key="' + CSS.escape(event.key) + '"]');
      if (link) {
        event.preventDefault();
        window.location.assign(link.href);
      }
      return;
    }
    switch (event.key) {
      case "/":
        if (!jump) return;
        event.preventDefault();
        openJump();
        break;
      case "g":
        leading = "g";
        leadTimer = setTimeout(function () {
          leading = "";
        }, 1500);
        break;
      case "j":
        moveRow(1);
        break;
      case "k":
        moveRow(-1);
        break;
      case "?":
        if (!keys) return;
        event.preventDefault();
        keys.showModal();
        break;
    }
  });

  /* ── Tables that become rows on phones keep their roles for screen readers ────────────────── */
  var ROLES = { THEAD: "rowgroup", TBODY: "rowgroup", TFOOT: "rowgroup", TR: "row", TD: "cell" };
  function keepRoles(scope) {
    scope.querySelectorAll("table.stack, table.heat, table.yoy").forEach(function (table) {
      table.setAttribute("role", "table");
      table.querySelectorAll("thead, tbody, tfoot, tr, td, th").forEach(function (part) {
        if (part.hasAttribute("role")) return;
        var head = part.scope === "row" ? "rowheader" : "columnheader";
        part.setAttribute("role", part.tagName === "TH" ? head : ROLES[part.tagName]);
      });
    });
  }
  keepRoles(document);
  document.addEventListener("htmx:afterSwap", function (event) {
    keepRoles(event.target.parentNode || document);
  });

  /* ── An error list takes the focus, so that it is heard ───────────────────────────────────── */
  var errors = document.querySelector(".err[tabindex]");
  if (errors) errors.focus();
})();
