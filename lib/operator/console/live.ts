/**
 * Keeps what is marked `data-live` up to date without loading the page again: every three seconds, while somebody looks. Parts
 * without the mark, forms above all, are never touched, and neither is a part that holds the focus.
 */
export const LIVE_SCRIPT = `
'use strict';
(() => {
  const every = 3000;
  const note = document.getElementById('live');
  const refresh = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
      if (!answer.ok) throw new Error(String(answer.status));
      const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
      for (const part of document.querySelectorAll('[data-live]')) {
        const fresh = next.getElementById(part.id);
        if (fresh === null || part.contains(document.activeElement)) continue;
        if (part.innerHTML !== fresh.innerHTML) part.innerHTML = fresh.innerHTML;
      }
      if (note) note.textContent = 'live';
    } catch {
      if (note) note.textContent = 'not connected';
    }
  };
  setInterval(refresh, every);
  document.addEventListener('visibilitychange', refresh);
})();
`;
