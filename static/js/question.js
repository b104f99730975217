/* The question page: drafts that save themselves, evidence with progress, keys. Without this file
   the page is a plain form that does the same in more steps. */
(function () {
  "use strict";
  var AFTER_CHANGE = 2000;

  function start(form) {
    var status = document.querySelector("[data-status]");
    var localKey = "lockin.answer." + form.dataset.person + "." + window.location.pathname;
    var waiting = 0;
    var dirty = false; // typed since the last draft that the server has
    var failed = false; // the last try to keep it did not arrive
    var sending = null;
    var leavingOn = false;

    /* ── The line that says where the draft stands ────────────────────────────────────────── */
    function mark(name) {
      var marks = document.getElementById("question-icons");
      var found = marks && marks.content.querySelector('[data-icon="' + name + '"]');
      return found ? found.firstElementChild.cloneNode(true) : null;
    }
    function say(text, icon, again) {
      status.textContent = "";
      status.classList.toggle("bad-i", Boolean(again));
      var picture = icon && mark(icon);
      if (picture) status.append(picture);
      var words = document.createElement("span");
      words.textContent = text;
      if (again) words.className = "worse";
      status.append(words);
      if (again) {
        var button = document.createElement("button");
        button.type = "button";
        button.className = "btn btn-plain btn-sm";
        button.textContent = "Try again";
        button.addEventListener("click", again);
        status.append(button);
      }
    }
    function tellChanged(changed) {
      var old = document.querySelector("[data-changed]");
      if (!changed) return;
      var line = old || document.createElement("p");
      line.className = "saved bad-i changed";
      line.setAttribute("data-changed", "");
      line.setAttribute("role", "status");
      line.textContent = "";
      var picture = mark("git-compare");
      if (picture) line.append(picture);
      var words = document.createElement("span");
      words.textContent = changed.by + " changed this answer at " + changed.at + ". ";
      var link = document.createElement("a");
      link.href = form.dataset.compare;
      link.textContent = "Compare";
      words.append(link);
      line.append(words);
      if (!old) form.before(line);
    }

    /* ── Drafts ───────────────────────────────────────────────────────────────────────────── */
    function values() {
      var data = new FormData(form);
      ["file", "link", "dated_on", "reuse", "act"].forEach(function (name) {
        data.delete(name);
      });
      return data;
    }
    function keepHere() {
      try {
        var held = {};
        values().forEach(function (value, name) {
          if (name === "csrfmiddlewaretoken") return;
          if (name === "evidence") (held.evidence = held.evidence || []).push(value);
          else held[name] = value;
        });
        window.localStorage.setItem(localKey, JSON.stringify(held));
      } catch (error) {
        /* No room or no storage: the fields themselves still hold it. */
      }
    }
    function forgetHere() {
      try {
        window.localStorage.removeItem(localKey);
      } catch (error) {
        /* Nothing was kept. */
      }
    }
    function notSaved() {
      failed = true;
      dirty = true;
      keepHere();
      say("Not saved. Your answer is kept in this window.", "x", function () {
        keep(false);
      });
    }
    function keep(leaving) {
      clearTimeout(waiting);
      if (sending && !leaving) return sending;
      dirty = false;
      if (!leaving) say("Saving…", null);
      sending = fetch(form.dataset.draft, {
        method: "POST",
        body: values(),
        keepalive: true,
        credentials: "same-origin",
        headers: { Accept: "application/json" },
      })
        .then(function (answer) {
          if (!answer.ok) throw new Error(String(answer.status));
          return answer.json();
        })
        .then(function (kept) {
          sending = null;
          failed = false;
          forgetHere();
          if (dirty) return later();
          say("Draft saved " + kept.saved_at, "check");
          tellChanged(kept.changed);
        })
        .catch(function () {
          sending = null;
          notSaved();
        });
      return sending;
    }
    function later() {
      clearTimeout(waiting);
      waiting = setTimeout(function () {
        if (dirty) keep(false);
      }, AFTER_CHANGE);
    }
    function changed() {
      dirty = true;
      later();
    }
    form.addEventListener("input", function (event) {
      if (["file", "link", "dated_on", "reuse"].indexOf(event.target.name) < 0) changed();
    });
    form.addEventListener("focusout", function () {
      if (dirty) keep(false);
    });
    window.addEventListener("online", function () {
      if (failed) keep(false);
    });
    function away() {
      if (dirty && !leavingOn && form.isConnected) keep(true);
    }
    document.addEventListener("visibilitychange", function () {
      if (document.visibilityState === "hidden") away();
    });
    window.addEventListener("pagehide", away);
    window.addEventListener("beforeunload", function (event) {
      // Asked only when the last try failed: everything else is kept on the way out.
      if (failed && dirty && !leavingOn && form.isConnected) event.preventDefault();
    });

    /* What an earlier visit could not send */
    try {
      var held = JSON.parse(window.localStorage.getItem(localKey) || "null");
      if (held && held.version === form.elements.version.value) {
        ["choice", "grade", "reason", "comment"].forEach(function (name) {
          if (held[name] !== undefined && form.elements[name]) form.elements[name].value = held[name];
        });
        changed();
        say("Kept in this window, not saved yet", "clock");
      } else if (held) {
        forgetHere();
      }
    } catch (error) {
      /* Unreadable: the server's draft stands. */
    }

    /* ── Saving without losing the page when the network is gone ──────────────────────────── */
    form.addEventListener("submit", function (event) {
      var button = event.submitter;
      var act = button && button.name === "act" ? button.value : "save";
      if (act !== "save") return;
      event.preventDefault();
      clearTimeout(waiting);
      var data = new FormData(form);
      data.set("act", "save");
      say("Saving…", null);
      setBusy(true);
      fetch(window.location.href, {
        method: "POST",
        body: data,
        credentials: "same-origin",
        headers: { Accept: "application/json" },
      })
        .then(function (answer) {
          if (answer.ok && (answer.headers.get("Content-Type") || "").indexOf("json") > 0) {
            return answer.json().then(function (next) {
              leavingOn = true;
              forgetHere();
              window.location.assign(next.url);
            });
          }
          if (answer.status === 409 || answer.status === 422) {
            return answer.text().then(function (html) {
              setBusy(false);
              show(html);
            });
          }
          throw new Error(String(answer.status));
        })
        .catch(function () {
          setBusy(false);
          failed = true;
          dirty = true;
          keepHere();
          say("Not saved. Your answer is kept in this window.", "x", function () {
            form.requestSubmit(form.querySelector("[data-save]"));
          });
        });
    });
    function setBusy(on) {
      form.querySelectorAll('button[name="act"]').forEach(function (button) {
        button.disabled = on;
      });
    }
    function show(html) {
      var page = new DOMParser().parseFromString(html, "text/html");
      var main = document.getElementById("main");
      main.replaceChildren.apply(main, Array.from(page.getElementById("main").childNodes));
      document.title = page.title;
      dirty = false;
      failed = false;
      begin();
      var first = main.querySelector(".err[tabindex], h1");
      if (first) {
        first.setAttribute("tabindex", "-1");
        first.focus();
      }
      window.scrollTo(0, 0);
    }

    /* ── Evidence: chosen, dropped or linked; progress, cancel, a plain reason ────────────── */
    var files = form.querySelector("[data-files]");
    var problem = form.querySelector("[data-upload-problem]");
    var drop = form.querySelector("[data-drop]");
    var input = form.querySelector("#id_file");
    form.querySelectorAll("[data-only-script]").forEach(function (part) {
      part.hidden = false;
    });
    drop.classList.add("live");
    function size(bytes) {
      var mb = bytes / 1048576;
      return (mb >= 9.95 ? Math.round(mb) : mb.toFixed(1)) + " MB";
    }
    function row(name) {
      var line = document.createElement("div");
      line.className = "file";
      var body = document.createElement("div");
      var title = document.createElement("span");
      title.className = "w5 file-name";
      title.textContent = name;
      var bar = document.createElement("progress");
      bar.max = 100;
      bar.value = 0;
      bar.className = "d-block mt-1";
      bar.setAttribute("aria-label", "Upload of " + name);
      var words = document.createElement("div");
      words.className = "small worse";
      body.append(title, bar, words);
      var share = document.createElement("span");
      share.className = "small muted num";
      var stop = document.createElement("button");
      stop.type = "button";
      stop.className = "btn btn-ghost btn-sm";
      stop.textContent = "Cancel";
      line.append(body, share, stop);
      files.append(line);
      return { line: line, bar: bar, words: words, share: share, stop: stop };
    }
    function refused(shown, text) {
      shown.bar.remove();
      shown.share.textContent = "";
      shown.words.textContent = text;
      shown.stop.textContent = "Choose another";
      shown.stop.onclick = function () {
        shown.line.remove();
        input.click();
      };
    }
    function attach(html, instead) {
      var holder = document.createElement("template");
      holder.innerHTML = html.trim();
      var line = holder.content.firstElementChild;
      if (instead) instead.replaceWith(line);
      else files.append(line);
      dirty = true;
      keep(false);
    }
    function upload(data, name, bytes) {
      problem.textContent = "";
      var shown = row(name);
      if (bytes > Number(form.dataset.limit)) {
        refused(shown, "Too large: " + size(bytes) + ". The limit is " + size(Number(form.dataset.limit)) + ".");
        return;
      }
      data.append("dated_on", form.elements.dated_on.value);
      data.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
      var request = new XMLHttpRequest();
      request.open("POST", form.dataset.evidence);
      request.upload.addEventListener("progress", function (event) {
        if (!event.lengthComputable) return;
        var part = Math.round((event.loaded / event.total) * 100);
        shown.bar.value = part;
        shown.share.textContent = part + "%";
      });
      request.addEventListener("load", function () {
        if (request.status === 200) return attach(request.responseText, shown.line);
        var text = "The file could not be kept. Try again.";
        try {
          text = JSON.parse(request.responseText).error || text;
        } catch (error) {
          /* Not from the product: the general sentence stands. */
        }
        refused(shown, text);
      });
      request.addEventListener("error", function () {
        refused(shown, "The upload did not arrive. Choose the file again.");
      });
      request.addEventListener("abort", function () {
        shown.line.remove();
      });
      shown.stop.onclick = function () {
        request.abort();
      };
      request.send(data);
    }
    function take(file) {
      var data = new FormData();
      data.append("file", file, file.name);
      upload(data, file.name, file.size);
    }
    input.addEventListener("change", function () {
      Array.from(input.files).forEach(take);
      input.value = "";
    });
    ["dragenter", "dragover"].forEach(function (name) {
      drop.addEventListener(name, function (event) {
        event.preventDefault();
        drop.classList.add("over");
      });
    });
    ["dragleave", "drop"].forEach(function (name) {
      drop.addEventListener(name, function (event) {
        event.preventDefault();
        drop.classList.remove("over");
        if (name === "drop") Array.from(event.dataTransfer.files).forEach(take);
      });
    });
    form.addEventListener("click", function (event) {
      var remove = event.target.closest("[data-remove]");
      var add = event.target.closest("[data-add]");
      if (remove) {
        event.preventDefault();
        remove.closest(".file").remove();
        dirty = true;
        keep(false);
      } else if (add) {
        var link = form.elements.link;
        if (!link.value.trim()) return; // evidence used again goes through the form
        event.preventDefault();
        var data = new FormData();
        data.append("link", link.value.trim());
        upload(data, link.value.trim(), 0);
        link.value = "";
      }
    });

    /* ── Keys ─────────────────────────────────────────────────────────────────────────────── */
    document.addEventListener("keydown", function (event) {
      if (!form.isConnected || event.defaultPrevented || document.querySelector("dialog[open]")) return;
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        form.requestSubmit(form.querySelector("[data-save]"));
        return;
      }
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      if (document.documentElement.dataset.keys !== "on") return;
      if (event.target.closest("input:not([type=radio]), textarea, select, [contenteditable]")) return;
      var place = "123456789".indexOf(event.key);
      var radios = form.querySelectorAll('input[name="choice"]');
      if (place < 0 || place > 5 || !radios[place] || radios[place].id === "id_choice_na") return;
      event.preventDefault();
      radios[place].checked = true;
      radios[place].focus();
      radios[place].dispatchEvent(new Event("input", { bubbles: true }));
    });
  }

  function begin() {
    var form = document.querySelector("form[data-question]");
    if (form) start(form);
  }
  begin();
})();
