// The page with a code: live status, time left, and copying the code. Without this
// file the page renews itself instead. All sentences come from the server.
'use strict';

(() => {
  const page = document.getElementById('attempt');
  if (!page) return;
  const byId = (id) => document.getElementById(id);
  const query = '?a=' + encodeURIComponent(page.dataset.id);
  const site = document.title.slice(document.title.lastIndexOf(' – '));
  const go = (path) => location.replace(path);
  const again = () => go(location.pathname);

  // Time. The server says how much is left; between its words we count on.
  let left = Number(page.dataset.left);
  let since = performance.now();
  const unit = (n, word) => `${n} ${word}${n === 1 ? '' : 's'}`;
  const words = (s) => {
    const parts = [];
    if (s >= 60) parts.push(unit(Math.floor(s / 60), 'minute'));
    if (s % 60 || s < 60) parts.push(unit(s % 60, 'second'));
    return parts.join(' ') + ' left';
  };
  const marks = [60, 30, 10]; // seconds at which a screen reader is told
  let shown = Infinity;
  const tick = () => {
    const now = Math.max(0, Math.round(left - (performance.now() - since) / 1000));
    if (now === shown) return;
    // Every fifth second is enough while there is time.
    if (now < 20 || now % 5 === 0 || shown === Infinity) {
      byId('left').textContent = words(now);
      byId('bar').value = now;
    }
    const mark = marks.find((m) => shown > m && now <= m && now > m - 5);
    if (mark && shown !== Infinity) byId('announce').textContent = words(now);
    shown = now;
  };
  tick();
  setInterval(tick, 250);

  // Status.
  let over = false;
  const take = (s) => {
    if (over) return;
    left = s.seconds_left;
    since = performance.now();
    const sentence = byId('sentence');
    if (sentence.textContent !== s.sentence) sentence.textContent = s.sentence;
    page.classList.toggle('unreachable', s.unreachable);
    page.classList.toggle('waiting', s.state === 'waiting');
    page.classList.toggle('confirming', s.state === 'confirming');
    byId('heading').textContent = s.heading;
    document.title = s.heading + site;
    if (!s.final) return;
    over = true;
    if (s.state === 'accepted') go(page.dataset.next);
    else again();
  };

  const poll = async () => {
    if (over) return;
    try {
      const answer = await fetch('/status' + query, { headers: { Accept: 'application/json' } });
      if (answer.status === 404) return again();
      if (answer.ok) take(await answer.json());
    } catch {
      // The network comes back, or the time runs out.
    }
    setTimeout(poll, 2000);
  };

  if ('EventSource' in window) {
    const stream = new EventSource('/status/events' + query);
    stream.addEventListener('message', (e) => {
      take(JSON.parse(e.data));
      if (over) stream.close();
    });
    stream.addEventListener('error', () => {
      // A stream that only broke off comes back by itself; a refused one does not.
      if (stream.readyState === EventSource.CLOSED && !over) poll();
    });
  } else {
    poll();
  }

  // Copying.
  const copy = byId('copy');
  const field = byId('link');
  field.addEventListener('focus', () => field.select());
  if (navigator.clipboard) {
    copy.hidden = false;
    byId('byhand').hidden = true;
    copy.addEventListener('click', async () => {
      try {
        await navigator.clipboard.writeText(field.value);
        copy.lastElementChild.textContent = 'Copied';
        byId('announce').textContent = 'The code was copied.';
        setTimeout(() => { copy.lastElementChild.textContent = 'Copy code'; }, 3000);
      } catch {
        byId('byhand').hidden = false;
        field.focus();
      }
    });
  }
})();
