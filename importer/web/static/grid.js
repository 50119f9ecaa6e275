// The rows of the sheet in a grid (Tabulator). Cells and headers are text nodes alone; copying and pasting are our own,
// since the library would make markup of what is copied.

import { TabulatorFull as Tabulator } from "/static/vendor/tabulator/tabulator_esm.min.mjs";
import { h } from "./dom.js";
import { block, text as blockText } from "./clipboard.js";
import { flat, problemsAt } from "./rows.js";

const SHOWN = 300;
const SIGNS = { error: ["✕", "to correct, "], warning: ["!", "worth a look, "], edited: ["✓", "changed by you, "] };
const PAGE = 500;
function severity(row, position) {
  const found = new Set(problemsAt(row, position).map(([, kind]) => kind));
  return found.has("error") ? "error" : found.has("warning") ? "warning" : "";
}

export class Grid {
  // `hooks`: edit(cells), look(row, position), undo(), redo(), page(offset, size), writable(), outside(rows, columns).
  constructor(holder, columns, rows, hooks, { paged = false } = {}) {
    this.hooks = hooks;
    this.width = columns.length;
    this.numbers = new Set(rows.map(({ r }) => r));
    this.holder = holder;
    this.ready = new Promise((resolve) => { this.isBuilt = resolve; });
    this.table = new Tabulator(holder, {
      ...(paged ? this.pages() : { data: rows }),
      index: "r", maxHeight: "min(62vh, 640px)", layout: "fitData", placeholder: h("p", { class: "soft" }, "No rows here."),
      rowHeader: this.rowColumn(), columns: columns.map((column, position) => this.column(column, position)),
      selectableRange: 1, selectableRangeRows: true, selectableRangeAutoFocus: false, editTriggerEvent: "dblclick", headerSortClickElement: "icon",
      columnDefaults: { headerSort: false, resizable: true, minWidth: 90, maxInitialWidth: 260 },
      rowFormatter: (row) => { for (const cell of row.getElement().querySelectorAll(".tabulator-cell")) cell.tabIndex = -1; },
      clipboard: false, history: false, keybindings: { undo: false, redo: false },
    });
    this.table.on("tableBuilt", () => { this.label(); this.isBuilt(); });
    this.table.on("cellEdited", (cell) => hooks.edit([[cell.getData().r, this.position(cell), cell.getValue()]]).catch(() => cell.restoreOldValue()));
    for (const name of ["rangeAdded", "rangeChanged"]) this.table.on(name, () => this.tell());
    holder.addEventListener("keydown", (event) => this.key(event), true);
    holder.addEventListener("copy", (event) => this.copy(event));
    holder.addEventListener("cut", (event) => { this.copy(event); this.clear(); });
    holder.addEventListener("paste", (event) => this.paste(event));
  }

  pages() {
    return {
      pagination: true, paginationMode: "remote", paginationSize: PAGE, ajaxURL: "rows",
      ajaxRequestFunc: async (url, config, { page, size }) => {
        const { rows, total } = await this.hooks.page((page - 1) * size, size);
        this.numbers = new Set(rows.map(({ r }) => r));
        return { data: rows.map(flat), last_page: Math.max(1, Math.ceil(total / size)) };
      },
    };
  }

  rowColumn() {
    return {
      title: "Row", field: "r", frozen: true, width: 84, hozAlign: "right", cssClass: "row-number",
      formatter: (cell) => {
        const { r, v, e } = cell.getData(), kind = v || (e ? "edited" : "");
        cell.getElement().dataset.v = kind;
        const [sign, words] = SIGNS[kind] ?? ["", ""];
        return h("span", {}, sign && h("span", { "aria-hidden": "true" }, `${sign} `), h("span", { class: "unseen" }, words), String(r));
      },
    };
  }

  column({ name, field }, position) {
    return {
      title: `Column ${position + 1}`, field: `c${position}`, headerTooltip: false,
      titleFormatter: () => h("span", {}, name, field && h("span", { class: "goes" }, `→ ${field}`)),
      formatter: (cell) => {
        const value = String(cell.getValue() ?? ""), element = cell.getElement();
        const kind = severity(cell.getData(), position);
        element.dataset.v = kind;
        if (kind === "error") element.setAttribute("aria-invalid", "true");
        else element.removeAttribute("aria-invalid");
        return document.createTextNode(value.length > SHOWN ? `${value.slice(0, SHOWN)}…` : value);
      },
      editable: () => this.hooks.writable(),
      editor: (cell, onRendered, success, cancel) => editor(cell, onRendered, success, cancel, name),
    };
  }

  label() {
    const grid = this.holder;
    grid.setAttribute("aria-label", "The rows of the sheet. Arrow keys move, Enter edits a cell, Escape leaves it.");
    const scroller = grid.querySelector(".tabulator-tableholder");
    scroller.tabIndex = 0;
    // What takes the focus needs a role that a grid may hold.
    scroller.setAttribute("role", "rowgroup");
    grid.querySelector(".tabulator-table").removeAttribute("role");
    grid.removeAttribute("aria-owns");
    // One stop for Tab is enough: inside, the arrow keys move.
    grid.querySelector(".tabulator-header").tabIndex = -1;
    scroller.addEventListener("focus", () => { if (!this.active()) this.select(0, 0); });
  }

  position(cell) { return Number(cell.getField().slice(1)); }

  range() { return this.table.getRanges()[0] ?? null; }

  active() {
    // What the library calls the bounds of a range are its inner cells.
    const start = this.range()?.getBounds()?.start?.getComponent();
    return start && start.getField() !== "r" ? start : null;
  }

  // The first selected cell: where it is and what is said of it.
  tell() {
    const cell = this.active();
    if (cell) this.hooks.look(cell.getData(), this.position(cell));
  }

  select(index, position) {
    const row = this.table.getRows("active")[index];
    const cell = row?.getCell(`c${position}`);
    if (!cell) return;
    const range = this.range();
    if (range) range.setBounds(cell, cell);
    else this.table.addRange(cell, cell);
  }

  async show(number, position) {
    if (!this.numbers.has(number)) return false;
    const row = this.table.getRow(number);
    await this.table.scrollToRow(row, "center", false).catch(() => {});
    await this.table.scrollToColumn(`c${position}`, "middle", false).catch(() => {});
    const cell = row.getCell(`c${position}`);
    const range = this.range();
    if (range) range.setBounds(cell, cell);
    else this.table.addRange(cell, cell);
    this.holder.querySelector(".tabulator-tableholder").focus({ preventScroll: true });
    return true;
  }

  isEditing() { return Boolean(this.holder.querySelector(".tabulator-editing")); }

  key(event) {
    if (this.isEditing()) return;
    // Tab leads on, out of the grid: the library would keep it.
    if (event.key === "Tab") { event.stopPropagation(); return; }
    const isCommand = event.ctrlKey || event.metaKey, key = event.key.toLowerCase();
    if (isCommand && key === "z") { stop(event); event.shiftKey ? this.hooks.redo() : this.hooks.undo(); }
    else if (isCommand && key === "y") { stop(event); this.hooks.redo(); }
    else if (event.key === "Delete" || event.key === "Backspace") { stop(event); this.clear(); }
    else if (!isCommand && !event.altKey && event.key.length === 1 && this.active() && this.hooks.writable()) {
      // As in Excel, typing replaces what is in the cell.
      stop(event);
      typed = event.key;
      this.active().edit();
    } else if (event.key === "F2" && this.active()) { stop(event); this.active().edit(); }
  }

  // The selected cells, row by row.
  cells() {
    const range = this.range();
    return range ? range.getStructuredCells().map((row) => row.filter((cell) => cell.getField() !== "r")) : [];
  }

  copy(event) {
    if (this.isEditing()) return;
    const rows = this.cells().map((row) => row.map((cell) => String(cell.getValue() ?? "")));
    if (!rows.length) return;
    event.preventDefault();
    event.clipboardData.setData("text/plain", blockText(rows));
  }

  clear() {
    if (!this.hooks.writable()) return;
    const cells = this.cells().flat().filter((cell) => cell.getValue());
    if (cells.length) this.hooks.edit(cells.map((cell) => [cell.getData().r, this.position(cell), ""])).catch(() => {});
  }

  // A block of cells from another program, from the selected cell on; one text fills the whole selection.
  paste(event) {
    if (this.isEditing() || !this.hooks.writable()) return;
    const start = this.active();
    if (!start) return;
    event.preventDefault();
    const rows = block(event.clipboardData.getData("text/plain"));
    const selected = this.cells();
    const edits = [];
    if (rows.length === 1 && rows[0].length === 1 && selected.flat().length > 1) {
      for (const cell of selected.flat()) edits.push([cell.getData().r, this.position(cell), rows[0][0]]);
    } else {
      const active = this.table.getRows("active"), from = active.findIndex((row) => row.getIndex() === start.getData().r);
      const left = this.position(start);
      const room = { rows: active.length - from, columns: this.width - left };
      rows.slice(0, room.rows).forEach((row, down) => row.slice(0, room.columns).forEach((value, right) => {
        edits.push([active[from + down].getIndex(), left + right, value]);
      }));
      const beyond = { rows: rows.slice(room.rows), columns: rows.slice(0, room.rows).map((row) => row.slice(room.columns)) };
      this.hooks.outside(beyond.rows.filter(isFilled), beyond.columns.filter(isFilled));
    }
    if (edits.length) this.hooks.edit(edits).catch(() => {});
  }

  // Rows as the server has judged them.
  update(rows) {
    for (const facts of rows) {
      if (!this.numbers.has(facts.r)) continue;
      const row = this.table.getRow(facts.r);
      row.update(flat(facts));
      row.reformat();
    }
    this.tell();
  }

  async replace(rows) { await this.table.replaceData(rows); }

  destroy() { this.table.destroy(); }
}

function isFilled(row) { return row.some((value) => value.trim()); }

function stop(event) { event.preventDefault(); event.stopPropagation(); }

let typed = "";

// A text field in the cell; several lines where the cell has several, so that none of them is lost.
function editor(cell, onRendered, success, cancel, name) {
  const value = String(cell.getValue() ?? "");
  const input = h(value.includes("\n") ? "textarea" : "input", { "aria-label": `${name}, row ${cell.getData().r}` });
  input.value = typed || value;
  const isTyped = Boolean(typed);
  typed = "";
  onRendered(() => { input.focus({ preventScroll: true }); if (!isTyped) input.select?.(); });
  const end = () => (input.value === value ? cancel() : success(input.value));
  input.addEventListener("blur", end);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !(event.altKey && input.tagName === "TEXTAREA")) { event.preventDefault(); end(); }
    if (event.key === "Escape") { event.stopPropagation(); cancel(); }
  });
  return input;
}
