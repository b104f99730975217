/* Before the first paint: "system" becomes light or dark, and follows the system's changes. */
(function () {
  "use strict";
  var root = document.documentElement;
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  function apply() {
    var theme = root.dataset.theme;
    var now = theme === "light" || theme === "dark" ? theme : dark.matches ? "dark" : "light";
    if (root.dataset.bsTheme !== now) {
      root.dataset.bsTheme = now;
      document.dispatchEvent(new CustomEvent("lockin:theme", { detail: now }));
    }
  }
  apply();
  /* Paper is light, whatever the screen is. */
  window.addEventListener("beforeprint", function () {
    root.dataset.bsTheme = "light";
  });
  window.addEventListener("afterprint", apply);
  dark.addEventListener("change", apply);
  root.addEventListener("lockin:apply-theme", apply);
})();
