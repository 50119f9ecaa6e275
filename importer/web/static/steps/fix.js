// The rows in a grid: what is wrong is shown, and can be corrected, one cell or many at once.

import { busy, counted, dialog, fill, h, number, say } from "../dom.js";
import { mishap, trouble, unanswered } from "../trouble.js";
import { RELOAD_FROM, flat, isOther, problemsAt } from "../rows.js";

const FILTERS = [["problems", "With problems"], ["errors", "To correct"], ["changed", "Changed by you"], ["all", "All rows"]];
const PAUSE = 900;
// Browsers keep 64 kB of questions alive beyond their page.
const MOST_KEPT = 16_000;

export async function show(here) {
  const view = new Fix(here);
  here.onEnd(() => view.end());
  await view.start();
}

class Fix {
  constructor(here) {
    this.here = here;
    this.filter = "problems";
    this.rule = "";
    this.grid = null;
    this.timer = 0;
    this.columns = [];
    this.version = 0;
    this.isLoading = false;
    this.onKey = (event) => this.key(event);
  }

  // Outside the grid, too: while rows are drawn again, the focus is nowhere for a moment, and the keys must not be lost.
  key(event) {
    if (!(event.ctrlKey || event.metaKey) || event.defaultPrevented || document.querySelector("dialog[open]")) return;
    if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
    const key = event.key.toLowerCase();
    const what = key === "y" || (key === "z" && event.shiftKey) ? "redo" : key === "z" ? "undo" : "";
    if (!what) return;
    event.preventDefault();
    this.change(what).catch(() => {});
  }

  // Answers may overtake each other: an older one must not be shown over a newer one.
  isOld(facts) {
    if (facts.version < this.version) return true;
    this.version = facts.version;
    return false;
  }

  async start() {
    const first = await this.here.get(`rows?filter=${this.filter}`);
    if (!this.here.isCurrent()) return;
    this.frame();
    document.addEventListener("keydown", this.onKey);
    await this.take(first);
  }

  end() {
    document.removeEventListener("keydown", this.onKey);
    clearTimeout(this.timer);
    this.grid?.destroy();
  }

  frame() {
    this.status = h("div", {});
    this.balance = h("div", { class: "soft", role: "status" });
    this.open = h("div", {});
    this.repairs = h("div", {});
    this.ofSheet = h("div", {});
    this.tools = h("div", { class: "tools", role: "group", "aria-label": "What to show, and to do" });
    this.holder = h("div", { class: "grid" });
    this.note = h("div", { role: "status", "data-part": "note" });
    this.message = h("div", { class: "says-cell", role: "status", "aria-live": "polite" }, h("span", { class: "soft" }, "Choose a cell to see what is wrong with it."));
    fill(this.here.main, h("h1", {}, "Correct what does not fit"),
      h("p", { class: "lead" }, "A red cell keeps its row out; a yellow cell is worth a look. What you change is kept beside your sheet; the sheet itself stays as it is."),
      this.status, this.open, this.ofSheet, this.repairs, this.balance, this.tools, this.note, this.holder, this.message,
      h("div", { class: "foot" }, h("button", { class: "primary", onclick: () => this.here.go("review") }, "Continue"), this.hint = h("span", { class: "says" })));
  }

  async take(facts) {
    if (facts.failure) { fill(this.here.main, trouble(facts.failure, this.here, () => this.again())); return; }
    if (!facts.checked) { this.wait(facts); return; }
    // Where nothing is wrong, all rows are shown at once.
    if (!facts.rows.length && this.filter === "problems") {
      this.filter = "all";
      await this.take(await this.here.get("rows?filter=all"));
      return;
    }
    this.here.onState = null;
    fill(this.status);
    await this.build(facts, facts.paged);
    this.tell(facts);
    await this.offer();
  }

  async again() {
    await this.here.get("rows?again=1");
    document.dispatchEvent(new Event("redraw"));
  }

  // The first rows are there before all of them have been looked at.
  wait(facts) {
    const note = busy("Looking at every row");
    fill(this.status, note);
    this.build(facts, false);
    let isAsking = false;
    this.here.onState = async (state) => {
      const { task } = state;
      if (!task || task.kind !== "check" || isAsking) return;
      note.textContent = task.progress.rows ? `Looking at every row: ${number(task.progress.rows)} so far` : "Looking at every row";
      if (!task.done) return;
      isAsking = true;
      try {
        const next = await this.here.get(`rows?filter=${this.filter}`);
        if (next.checked || next.failure) await this.take(next);
      } catch (error) {
        mishap(this.here.main, error, this.here);
      } finally {
        isAsking = false;
      }
    };
    // Its end may have been told before this listened.
    if (this.here.state) this.here.onState(this.here.state);
  }

  async build({ columns, rows, view }, paged) {
    const { Grid } = await import("../grid.js");
    if (!this.here.isCurrent()) return;
    const hadFocus = this.holder.contains(document.activeElement);
    this.grid?.destroy();
    this.columns = columns;
    this.view = view;
    this.paged = paged;
    fill(this.holder);
    const holder = h("div", {});
    this.holder.append(holder);
    this.grid = new Grid(holder, columns, rows.map(flat), {
      edit: (cells) => this.change("edit", { cells }),
      undo: () => this.change("undo").catch(() => {}),
      redo: () => this.change("redo").catch(() => {}),
      look: (row, position) => this.look(row, position),
      outside: (below, beside) => this.outside(below, beside),
      page: (offset, limit) => this.here.get(`rows?filter=${this.filter}&rule=${this.rule}&offset=${offset}&limit=${limit}`).then((facts) => isOther(facts, this) ? { rows: [], total: 0 } : facts),
      writable: () => !this.isLoading && !this.here.state?.elsewhere && !this.here.state?.holder && !this.status.firstChild,
    }, { paged });
    await this.grid.ready;
    if (hadFocus) holder.querySelector(".tabulator-tableholder")?.focus({ preventScroll: true });
  }

  look(row, position) {
    const own = problemsAt(row, position), whole = problemsAt(row, -1);
    const list = own.length ? own : whole;
    const value = String(row[`c${position}`] ?? "");
    fill(this.message, h("strong", {}, `Row ${number(row.r)}, ${this.columns[position]?.name ?? ""}: `), value.slice(0, 500) || "(empty)",
      list.map(([, kind, text]) => h("div", {}, h("span", { class: `pill ${kind === "error" ? "bad" : kind === "warning" ? "warn" : "plain"}` },
        kind === "error" ? "to correct" : kind === "warning" ? "worth a look" : "for information"), " ", text)));
  }

  // What of a pasted block has no cell here: it is not taken, and that is seen.
  outside(below, beside) {
    const next = this.filter === "all" && !this.rule
      ? this.paged ? "If they belong to rows of the next page, go there and paste them." : "The sheet ends here. To add rows to it, write them into your file, go to \"Import contacts\" at the top, and press \"New version\" beside this sheet."
      : "Only some rows of the sheet are shown. To paste into all of them, show \"All rows\" and paste again.";
    const first = below.length && below[0].find((value) => value.trim()).slice(0, 60);
    fill(this.note, (below.length > 0 || beside.length > 0) && h("div", { class: "notice warn" },
      below.length > 0 && h("p", {}, h("strong", {}, `${counted(below.length, "row of what you pasted was", "rows of what you pasted were")} not taken: no more rows are shown below. `),
        `The first begins with "${first}". ${next}`),
      beside.length > 0 && h("p", {}, h("strong", {}, `${counted(beside.length, "row of what you pasted has", "rows of what you pasted have")} more cells than there are columns. `),
        "The cells beyond the last column were not taken. Check that you began in the right column.")));
  }

  async change(what, body) {
    try {
      clearTimeout(this.timer);
      if (what !== "edit") fill(this.note);
      // What was typed reaches the program also where the tab is closed, or another page opened, in the next moment.
      const keepalive = JSON.stringify(body ?? {}).length < MOST_KEPT;
      const facts = await this.here.post(what, { ...body, view: this.view }, { keepalive });
      if (!this.here.isCurrent() || this.isOld(facts)) return;
      if (facts.rows.length >= RELOAD_FROM || what === "replace" || what === "repair") await this.load(facts.rows.length < RELOAD_FROM ? facts.rows : null);
      else this.grid.update(facts.rows);
      this.tell(facts);
      if (facts.cells && what !== "edit") say(`${what === "undo" ? "Undone" : what === "redo" ? "Done again" : "Changed"}: ${counted(facts.cells, "cell")}.`);
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.check(), PAUSE);
    } catch (error) {
      mishap(this.status, error, this.here);
      throw error;
    }
  }

  // Edits of one row may change what another one is, so the whole sheet is judged again once the person rests.
  async check() {
    try {
      const facts = await this.here.post("check");
      if (!this.here.isCurrent() || this.isOld(facts) || isOther(facts, this)) return;
      if (facts.rows.length >= RELOAD_FROM) await this.load(null);
      else this.grid.update(facts.rows);
      this.tell(facts);
      await this.offer();
    } catch (error) {
      mishap(this.status, error, this.here);
    }
  }

  async load(rows) {
    // Rows that were just changed stay in view, also where the filter would not show them any more.
    if (rows) { this.grid.update(rows); return; }
    const facts = await this.here.get(`rows?filter=${this.filter}&rule=${encodeURIComponent(this.rule)}`);
    if (facts.paged || facts.checked) await this.build(facts, facts.paged);
  }

  tell(facts) {
    fill(this.balance, facts.counts.map(({ rows, words }) => `${number(rows)} ${words}`).join(" · "));
    this.hint.textContent = facts.to_correct ? `${counted(facts.to_correct, "row would not be imported as it is", "rows would not be imported as they are")}.` : "Every row can be imported.";
    fill(this.ofSheet, facts.of_sheet.length > 0 && h("div", { class: "notice warn", "data-part": "of-sheet" }, h("p", {}, h("strong", {}, "About the whole sheet")),
      h("ul", {}, facts.of_sheet.map(({ column, text }) => h("li", {}, column && h("strong", {}, `${column}: `), text)))));
    this.toCorrect = facts.to_correct;
    this.undo = facts.undo;
    this.redo = facts.redo;
    this.draw();
  }

  draw() {
    const isIn = this.tools.contains(document.activeElement) ? document.activeElement.dataset.tool : "";
    const tool = (name, label, action, off) => h("button", { class: "small", "data-tool": name, disabled: off, onclick: action }, label);
    fill(this.tools,
      h("label", { class: "unseen", for: "filter" }, "Rows to show"),
      h("select", { id: "filter", "data-tool": "filter", onchange: (event) => this.choose(event.target.value, "") },
        FILTERS.map(([value, label]) => h("option", { value, selected: value === this.filter && !this.rule }, label)),
        this.rules?.length && h("optgroup", { label: "By problem" }, this.rules.map(({ rule, what, rows }) =>
          h("option", { value: `rule:${rule}`, selected: rule === this.rule }, `${what} (${number(rows)})`)))),
      tool("undo", "Undo", () => this.change("undo").catch(() => {}), !this.undo),
      tool("redo", "Redo", () => this.change("redo").catch(() => {}), !this.redo),
      tool("find", "Find and replace", () => this.find()));
    if (isIn) this.tools.querySelector(`[data-tool="${isIn}"]`)?.focus();
  }

  async choose(value) {
    this.rule = value.startsWith("rule:") ? value.slice(5) : "";
    this.filter = this.rule ? "all" : value;
    // What is typed or pasted into rows that are about to go would be lost, or meet other rows.
    this.isLoading = true;
    try {
      await this.load(null);
      this.draw();
    } catch (error) {
      mishap(this.status, error, this.here);
    } finally {
      this.isLoading = false;
    }
  }

  async find() {
    const find = h("input", { type: "text", id: "find", class: "wide", autocomplete: "off" });
    const by = h("input", { type: "text", id: "by", class: "wide", autocomplete: "off" });
    const where = h("select", { id: "where" }, h("option", { value: "" }, "all columns"), this.columns.map(({ name }, position) => h("option", { value: String(position) }, name)));
    const count = h("p", { class: "soft", role: "status" }, "\u00a0");
    find.addEventListener("input", async () => {
      const facts = await this.here.get(`find?text=${encodeURIComponent(find.value)}${where.value && `&column=${where.value}`}`).catch(() => null);
      if (facts) count.textContent = find.value ? `${counted(facts.count, "cell")} found` : "\u00a0";
    });
    const answer = await dialog("Find and replace", h("div", {},
      h("p", {}, h("label", { for: "find" }, "Find"), h("br"), find), h("p", {}, h("label", { for: "by" }, "Replace with"), h("br"), by),
      h("p", {}, h("label", { for: "where" }, "In "), where), count),
    [{ value: "next", label: "Find next" }, { value: "all", label: "Replace all", kind: "primary" }, { value: "", label: "Close" }]);
    const column = where.value === "" ? null : Number(where.value);
    if (answer === "all") await this.change("replace", { find: find.value, replace: by.value, column }).catch(() => {});
    if (answer === "next") await this.findNext(find.value, column);
  }

  async findNext(text, column) {
    const from = this.grid.active();
    const after = from ? `&row=${from.getData().r}&position=${this.grid.position(from)}` : "";
    const facts = await this.here.get(`find?text=${encodeURIComponent(text)}${column === null ? "" : `&column=${column}`}${after}`);
    fill(this.note, facts.row === null && h("div", { class: "notice info" }, h("p", {}, `No cell with "${text}" was found.`)));
    if (facts.row === null || await this.grid.show(facts.row, facts.position)) return;
    this.filter = "all";
    await this.load(null);
    await this.grid.show(facts.row, facts.position);
  }

  // One answer may settle more rows than any correction here.
  async ask() {
    const open = this.toCorrect ? (await this.here.get("questions").catch(() => ({ questions: [] }))).questions : [];
    if (this.here.isCurrent()) fill(this.open, unanswered(open.length, this.here));
  }

  async offer() {
    const { repairs, rules } = await this.here.get("repairs");
    if (!this.here.isCurrent()) return;
    this.rules = rules;
    this.draw();
    await this.ask();
    const isIn = this.repairs.contains(document.activeElement);
    fill(this.repairs, repairs.length > 0 && h("section", { "aria-label": "Many at once" }, h("h2", {}, "Many at once"),
      h("ul", { class: "repairs" }, repairs.slice(0, 6).map((repair) => h("li", {}, h("h3", {}, repair.title), h("p", {}, `${repair.what}. ${repair.detail}`),
        h("div", {}, h("button", { class: "small", "data-writes": true, "aria-label": `Do it: ${repair.title}`, onclick: () => this.change("repair", { id: repair.id }).catch(() => {}) }, "Do it")))))));
    if (isIn) (this.repairs.querySelector("button") ?? this.tools.querySelector("select")).focus();
  }
}
