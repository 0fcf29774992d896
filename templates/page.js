'use strict';
// Tables sort by a click on a heading. A number's full value counts, not its rounded text; what is
// missing comes last in either direction.
(() => {
  const value = (cell) => {
    const datum = cell.querySelector('data');
    const text = datum ? datum.value : cell.textContent.trim();
    const number = Number(text.replaceAll('\u2212', '-').replace(/,(?=\d{3})/g, '').replace(/\s.*$/, ''));
    if (cell.querySelector('.missing')) return null;
    return text !== '' && Number.isFinite(number) ? number : text;
  };
  const compare = (a, b) =>
    typeof a === 'number' && typeof b === 'number' ? a - b
      : typeof a === typeof b ? String(a).localeCompare(String(b), 'en', { numeric: true })
        : typeof a === 'number' ? -1 : 1;
  const sort = (table, column, direction) => {
    const body = table.tBodies[0];
    const rows = [...body.rows].map((row) => ({ row, value: value(row.cells[column]) }));
    rows.sort((a, b) =>
      (a.value === null) - (b.value === null) || (a.value === null ? 0 : direction * compare(a.value, b.value)));
    body.append(...rows.map(({ row }) => row));
  };
  for (const table of document.querySelectorAll('table.numbers, table.scores, table.cells')) {
    if (!table.tHead) continue;
    const headings = [...table.tHead.rows[0].cells];
    headings.forEach((heading, column) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.append(...heading.childNodes);
      heading.append(button);
      button.addEventListener('click', () => {
        const rising = heading.getAttribute('aria-sort') !== 'ascending';
        headings.forEach((other) => other.removeAttribute('aria-sort'));
        heading.setAttribute('aria-sort', rising ? 'ascending' : 'descending');
        sort(table, column, rising ? 1 : -1);
      });
    });
  }
})();

// The table of contents marks the section being read: the last whose heading has passed the top third.
(() => {
  const links = new Map([...document.querySelectorAll('.contents a')].map((link) => [link.hash.slice(1), link]));
  const headings = [...links.keys()].map((id) => document.getElementById(id));
  let current = null;
  const mark = () => {
    const passed = headings.filter((heading) => heading.getBoundingClientRect().top < innerHeight / 3);
    const next = passed.length ? links.get(passed[passed.length - 1].id) : null;
    if (next === current) return;
    current?.removeAttribute('aria-current');
    next?.setAttribute('aria-current', 'true');
    current = next;
  };
  let waiting = false;
  addEventListener('scroll', () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; mark(); });
  }, { passive: true });
  mark();
})();

// A link to what stands in a folded part, or is one, opens it.
(() => {
  const open = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let part = target.closest('details'); part; part = part.parentElement.closest('details')) part.open = true;
    const folded = target.querySelector(':scope > details.code, :scope > details.wide-table');
    if (folded) folded.open = true;
  };
  addEventListener('hashchange', open);
  open();
})();
