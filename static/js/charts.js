/* Draws the page's Plotly figures from their JSON, in the page's colours.

   In the page:
     {{ figure|json_script:"burn-down" }}            the figure's dict: data and layout
     <div class="chart-box" data-chart="burn-down" role="figure" aria-label="…"></div>
     <details class="chart-table"><summary>Table of the numbers</summary><table>…</table></details>
   with plotly.min.js before this file. A colour written as "token:c1" becomes the value of --c1,
   so that one figure serves light and dark. */
(function () {
  "use strict";
  var root = document.documentElement;
  var narrow = window.matchMedia("(max-width: 899.98px)");

  function token(name) {
    return getComputedStyle(root).getPropertyValue("--" + name).trim();
  }
  function coloured(value) {
    if (typeof value === "string") {
      return value.indexOf("token:") === 0 ? token(value.slice(6)) : value;
    }
    if (Array.isArray(value)) return value.map(coloured);
    if (value && typeof value === "object") {
      return Object.fromEntries(
        Object.entries(value).map(function (pair) {
          return [pair[0], coloured(pair[1])];
        })
      );
    }
    return value;
  }
  function axis(given) {
    return Object.assign(
      {
        gridcolor: token("line"),
        linecolor: token("control"),
        zerolinecolor: token("control"),
        tickfont: { color: token("ink-2"), size: 12 },
        automargin: true,
        fixedrange: narrow.matches,
      },
      given
    );
  }
  function layoutOf(figure) {
    var given = Object.assign({}, figure.layout);
    delete given.template;
    var layout = Object.assign(
      {
        paper_bgcolor: "rgba(0,0,0,0)",
        plot_bgcolor: "rgba(0,0,0,0)",
        colorway: ["c1", "c2", "c3", "c4", "c5"].map(token),
        margin: { l: 8, r: 8, t: 24, b: 8 },
        hoverlabel: {
          bgcolor: token("bg"),
          bordercolor: token("line-2"),
          font: { color: token("ink"), family: "Inter Variable, system-ui, sans-serif" },
        },
        legend: { orientation: "h", y: 1.12, x: 0, font: { color: token("ink-2"), size: 12 } },
      },
      coloured(given)
    );
    layout.font = Object.assign(
      { family: "Inter Variable, system-ui, sans-serif", size: 12, color: token("ink") },
      layout.font
    );
    layout.autosize = true;
    delete layout.width;
    Object.keys(layout).forEach(function (key) {
      if (/^[xy]axis\d*$/.test(key)) layout[key] = axis(layout[key]);
    });
    layout.xaxis = layout.xaxis || axis({});
    layout.yaxis = layout.yaxis || axis({});
    return layout;
  }
  function draw(box) {
    var source = document.getElementById(box.dataset.chart);
    if (!source || !window.Plotly) return;
    var figure = JSON.parse(source.textContent);
    if (typeof figure === "string") figure = JSON.parse(figure);
    window.Plotly.react(box, coloured(figure.data), layoutOf(figure), {
      responsive: true,
      displaylogo: false,
      displayModeBar: narrow.matches ? false : "hover",
      modeBarButtonsToRemove: ["lasso2d", "select2d", "autoScale2d"],
      toImageButtonOptions: { format: "png", scale: 2, filename: box.dataset.chart },
    });
  }
  function drawAll(scope) {
    scope.querySelectorAll("[data-chart]").forEach(draw);
  }
  drawAll(document);
  document.addEventListener("lockin:theme", function () {
    drawAll(document);
  });
  narrow.addEventListener("change", function () {
    drawAll(document);
  });
  document.addEventListener("htmx:afterSwap", function (event) {
    drawAll(event.target.parentNode || document);
  });
})();
