/**
 * Refreshes the parts marked `data-live` every three seconds while the page is visible. A part that has the focus in a link, a
 * button or a field is left as it is. A table keeps its scroll position and its selected rows. Moments are shown in the browser's time zone, in the
 * form yyyy-mm-dd of Swedish, with UTC in their titles.
 */
export const LIVE_SCRIPT = `
'use strict';
(() => {
  const every = 3000;
  const note = document.getElementById('live');
  const parts = [...document.querySelectorAll('[data-live]')];
  const hasFocus = (part) => {
    const focus = document.activeElement;
    return focus !== null && part.contains(focus) && !focus.matches('.scroll');
  };
  // The browser writes 'open' into an opened part, which is no change of the page.
  const differs = (part, fresh) => part.innerHTML.replaceAll(' open=""', '') !== fresh.innerHTML;
  const replace = (part, fresh) => {
    const tables = [...part.querySelectorAll('.scroll')];
    const positions = tables.map((table) => table.scrollLeft);
    const focused = tables.indexOf(document.activeElement);
    const checked = new Set([...part.querySelectorAll('input:checked')].map((box) => box.value));
    const opened = [...part.querySelectorAll('details[open][id]')].map(({ id }) => id);
    part.innerHTML = fresh.innerHTML;
    for (const id of opened) document.getElementById(id)?.setAttribute('open', '');
    for (const box of part.querySelectorAll('input[type=checkbox]')) box.checked = checked.has(box.value);
    part.querySelectorAll('.scroll').forEach((table, index) => {
      table.scrollLeft = positions[index] ?? 0;
      if (index === focused) table.focus({ preventScroll: true });
    });
  };
  const localise = (root) => {
    for (const time of root.querySelectorAll('time')) {
      if (!time.dateTime.includes('T')) continue;
      time.title = time.textContent + ' UTC';
      time.textContent = new Date(time.dateTime).toLocaleString('sv');
    }
  };
  const refresh = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
      if (!answer.ok) throw new Error(String(answer.status));
      const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
      localise(next);
      for (const part of parts) {
        const fresh = next.getElementById(part.id);
        if (fresh === null || hasFocus(part) || !differs(part, fresh)) continue;
        replace(part, fresh);
      }
      note.textContent = 'Live.';
    } catch {
      note.textContent = 'Not connected: this page is not refreshed any more.';
    }
  };
  localise(document);
  const zone = document.getElementById('zone');
  if (zone !== null) zone.textContent = 'Times are of your time zone; point at one for UTC.';
  document.addEventListener('click', async (event) => {
    const button = event.target.closest?.('[data-copy]');
    if (!button) return;
    const { copy, body } = button.dataset;
    const text = body === undefined ? '' : document.getElementById(body).textContent;
    const data = copy === '' ? text : text && " --data '" + text.replaceAll("'", "'\\\\''") + "'";
    await navigator.clipboard.writeText(copy + data);
    note.textContent = 'Copied.';
  });
  if (parts.length === 0) return;
  note.textContent = 'Live.';
  setInterval(refresh, every);
  document.addEventListener('visibilitychange', refresh);
})();
`;

/** One file, no fonts, no images: the console works without the internet. Colours meet WCAG AA in both schemes. */
export const STYLESHEET = `
:root {
  color-scheme: light dark;
  --ground: #f6f7f9; --panel: #ffffff; --ink: #16202b; --faint: #566575; --line: #d9dfe6;
  --accent: #0b5cad; --accent-ink: #ffffff; --good: #146c3c; --warn: #8a5200; --bad: #a8201a;
  --good-ground: #e3f4ea; --warn-ground: #fdf0dc; --bad-ground: #fce7e6; --calm-ground: #e8eef5;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #10151b; --panel: #18202a; --ink: #e6ecf2; --faint: #9fb0c0; --line: #2c3946;
    --accent: #7db8f5; --accent-ink: #0c1620; --good: #79d6a0; --warn: #f2bd6b; --bad: #ff9b95;
    --good-ground: #12301f; --warn-ground: #33260f; --bad-ground: #3a1a19; --calm-ground: #202c39;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 8px; top: 8px; background: var(--panel); padding: 8px 12px; z-index: 1; }
header { background: var(--panel); border-bottom: 1px solid var(--line); }
header > div, main, footer { max-width: 1120px; margin: 0 auto; padding: 12px 16px; }
header > div { display: flex; flex-wrap: wrap; gap: 8px 20px; align-items: center; }
.name { font-weight: 650; color: inherit; text-decoration: none; overflow-wrap: anywhere; }
nav ul { display: flex; flex-wrap: wrap; gap: 2px 14px; margin: 0; padding: 0; list-style: none; }
nav a { text-decoration: none; padding: 4px 0; display: inline-block; }
nav a[aria-current] { color: inherit; font-weight: 600; border-bottom: 2px solid var(--accent); }
search { flex: 1 1 220px; min-width: 0; }
.search { display: flex; gap: 6px; }
.search input { flex: 1; min-width: 0; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 12px 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 28px 0 8px; }
p { margin: 6px 0; }
.why { font-size: 1.1rem; max-width: 70ch; }
.whole { white-space: nowrap; }
.faint, time { color: var(--faint); }
.panel { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 12px 16px; margin: 12px 0; }
.board { display: grid; grid-template-columns: repeat(auto-fill, minmax(230px, 1fr)); gap: 12px; padding: 0; list-style: none; margin: 12px 0; }
.board li { background: var(--panel); border: 1px solid var(--line); border-left: 5px solid var(--line); border-radius: 8px; }
.board a { display: block; padding: 12px 14px; color: inherit; text-decoration: none; }
.board .count { font-size: 1.8rem; font-weight: 650; line-height: 1.1; display: block; }
.board .urgent { border-left-color: var(--bad); }
.board .urgent .count { color: var(--bad); }
.board .empty, .board .empty .count { color: var(--faint); }
.gauges { display: grid; grid-template-columns: repeat(auto-fill, minmax(230px, 1fr)); gap: 0 12px; }
.scroll { overflow-x: auto; background: var(--panel); border: 1px solid var(--line); border-radius: 8px; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: 8px 12px; border-bottom: 1px solid var(--line); vertical-align: top; }
tr:last-child > * { border-bottom: 0; }
th { font-weight: 600; white-space: nowrap; }
thead th { color: var(--faint); font-size: .85rem; }
td.about { min-width: 240px; }
td.address { overflow-wrap: anywhere; min-width: 220px; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.badge { display: inline-block; padding: 1px 9px; border-radius: 99px; background: var(--calm-ground); font-size: .85rem; font-weight: 600; white-space: nowrap; }
.badge.good { background: var(--good-ground); color: var(--good); }
.badge.warn { background: var(--warn-ground); color: var(--warn); }
.badge.bad { background: var(--bad-ground); color: var(--bad); }
dl { display: grid; grid-template-columns: minmax(110px, max-content) 1fr; gap: 4px 16px; margin: 8px 0; }
dt { color: var(--faint); }
dd { margin: 0; overflow-wrap: anywhere; }
.timeline { list-style: none; padding: 0 0 0 14px; border-left: 2px solid var(--line); margin: 12px 0; }
.timeline li { padding: 4px 0 10px 6px; position: relative; overflow-wrap: anywhere; }
.timeline li::before { content: ''; position: absolute; left: -21px; top: 11px; width: 10px; height: 10px; border-radius: 50%; background: var(--accent); }
.timeline .call::before { background: var(--faint); }
.timeline .webhook::before { background: var(--good); }
.timeline .step::before { background: var(--line); }
.timeline details, .timeline summary { display: inline; }
pre { margin: 0; font-size: .85rem; line-height: 1.4; white-space: pre-wrap; overflow-wrap: anywhere; }
.body { max-height: 22rem; overflow: auto; background: var(--ground); border: 1px solid var(--line); border-radius: 6px; padding: 8px 12px; margin: 4px 0 10px; }
.copy { font-size: .8rem; font-weight: 400; padding: 1px 8px; border-color: var(--line); }
.next { font-weight: 600; }
code { font-size: .85rem; overflow-wrap: anywhere; }
blockquote { margin: 4px 0; padding: 4px 12px; border-left: 3px solid var(--line); color: var(--faint); }
.actions { display: flex; flex-wrap: wrap; gap: 8px; margin: 14px 0; }
.bulk { display: grid; grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); gap: 0 16px; align-items: end; }
.bulk .actions { margin: 10px 0; }
button, .button { font: inherit; font-weight: 600; padding: 7px 16px; border-radius: 6px; border: 1px solid var(--accent); background: var(--panel); color: var(--accent); cursor: pointer; text-decoration: none; display: inline-block; }
button.main, .button.main { background: var(--accent); color: var(--accent-ink); }
button.danger, .button.danger { border-color: var(--bad); color: var(--bad); }
input, select, textarea { font: inherit; color: inherit; background: var(--panel); border: 1px solid var(--faint); border-radius: 6px; padding: 6px 10px; width: 100%; }
label { display: block; margin: 10px 0; font-weight: 600; }
label input, label select, label textarea { margin-top: 4px; font-weight: 400; }
input[type=checkbox] { width: auto; }
.filter label { margin: 4px 0; font-size: .9rem; }
.filter .more { font-weight: 400; }
.filter:not(:has(.more input:checked)):has(.more) :is(.fields > label:nth-child(n + 5), details) { display: none; }
.filter .actions { margin: 8px 0 0; }
.choices { border: 0; margin: 6px 0 0; padding: 0; display: flex; flex-wrap: wrap; gap: 0 16px; }
.choices label { font-weight: 400; }
summary { cursor: pointer; color: var(--accent); }
.fields { display: grid; grid-template-columns: repeat(auto-fit, minmax(220px, 1fr)); gap: 0 16px; }
.notice { border-left: 5px solid var(--accent); }
.notice.bad { border-left-color: var(--bad); }
section.chart { padding: 12px 16px; margin: 12px 0; }
.chart svg { width: 100%; min-width: 540px; height: auto; display: block; }
.chart .provider { fill: var(--accent); }
.chart .dear { fill: var(--faint); }
.chart text { fill: var(--ink); font: 12px system-ui, sans-serif; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(290px, 1fr)); gap: 0 12px; }
.charts figure { margin: 6px 0; }
.charts svg { width: 100%; height: auto; display: block; margin-top: 8px; }
.charts line { stroke: var(--line); }
.charts text { fill: var(--faint); font: 11px system-ui, sans-serif; }
.charts .legend { display: flex; flex-wrap: wrap; gap: 0 12px; margin: 4px 0 0; font-size: .8rem; }
.legend span::before { content: '■ '; }
.legend .s0 { color: var(--accent); }
.legend .s1 { color: var(--faint); }
.legend .s2 { color: var(--warn); }
.legend .s3 { color: var(--good); }
.charts .s0 { fill: var(--accent); }
.charts .s1 { fill: var(--faint); }
.charts .s2 { fill: var(--warn); }
.charts .s3 { fill: var(--good); }
meter { width: 100%; height: 16px; }
footer { color: var(--faint); font-size: .85rem; }
@media (max-width: 560px) {
  dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: 8px; }
  table { font-size: .9rem; }
  th, td { padding: 6px 8px; }
}
`;
