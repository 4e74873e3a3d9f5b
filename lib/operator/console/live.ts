/**
 * Keeps what is marked `data-live` up to date without loading the page again: every three seconds, while somebody looks. A page
 * without such parts is not asked for again. Parts without the mark are never touched, and neither is one that holds the
 * focus in a link, a button or a field. A table that was scrolled sideways stays so.
 */
export const LIVE_SCRIPT = `
'use strict';
(() => {
  const every = 3000;
  const note = document.getElementById('live');
  const parts = [...document.querySelectorAll('[data-live]')];
  const isHeld = (part) => {
    const focus = document.activeElement;
    return focus !== null && part.contains(focus) && !focus.matches('.scroll');
  };
  const replace = (part, fresh) => {
    const tables = [...part.querySelectorAll('.scroll')];
    const places = tables.map((table) => table.scrollLeft);
    const focused = tables.indexOf(document.activeElement);
    part.innerHTML = fresh.innerHTML;
    part.querySelectorAll('.scroll').forEach((table, index) => {
      table.scrollLeft = places[index] ?? 0;
      if (index === focused) table.focus({ preventScroll: true });
    });
  };
  const refresh = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
      if (!answer.ok) throw new Error(String(answer.status));
      const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
      for (const part of parts) {
        const fresh = next.getElementById(part.id);
        if (fresh === null || isHeld(part) || part.innerHTML === fresh.innerHTML) continue;
        replace(part, fresh);
      }
      note.textContent = 'Live.';
    } catch {
      note.textContent = 'Not connected: this page is no longer kept up to date.';
    }
  };
  if (parts.length === 0) return;
  note.textContent = 'Live.';
  setInterval(refresh, every);
  document.addEventListener('visibilitychange', refresh);
})();
`;
