// Keeps the wall screen alive for weeks: fetches its part anew, tells when it is old, turns the pages of projects.
"use strict";

(() => {
  const board = document.getElementById("board");
  const stale = document.getElementById("board-stale");
  const clock = document.getElementById("board-clock");
  const day = document.getElementById("board-day");
  const EVERY = 30000; // between two fetches
  const LONGEST = 20000; // for one of them
  const OLD = 180; // seconds; what is older is told to be
  const TURN = 15000; // a page of projects
  const PAGE = 15; // projects on one
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const small = matchMedia("(max-width: 50em)");

  let got = performance.now(); // when the part came that is shown
  let at = Date.parse(part().dataset.at); // what the server's clock said then
  let refused = 0;
  let page = 0;

  function part() {
    return board.querySelector(".board-part");
  }

  // -- time: the server's, counted on by a clock that nobody sets ------------------------------------

  function now() {
    return new Date(at + performance.now() - got);
  }

  const TIME = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", hour12: false });
  const DAY = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", month: "long", day: "numeric", weekday: "long" });

  function put(place, text) {
    if (place.textContent !== text) place.textContent = text;
  }

  function tick() {
    put(clock, TIME.format(now()));
    put(day, DAY.format(now()));
    const age = (performance.now() - got) / 1000;
    const isOld = age > OLD;
    document.body.classList.toggle("is-stale", isOld);
    stale.hidden = !isOld;
    if (isOld) put(stale.lastElementChild, `数据已过时 ${Math.floor(age / 60)} 分钟，正在重新连接`);
  }

  // -- data ------------------------------------------------------------------------------------------

  async function ask(address) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), LONGEST);
    try {
      const answer = await fetch(address, { cache: "no-store", redirect: "error", signal: stop.signal });
      return { status: answer.status, text: answer.ok ? await answer.text() : "" };
    } finally {
      clearTimeout(timer);
    }
  }

  function show(text) {
    const next = new DOMParser().parseFromString(text, "text/html").querySelector(".board-part");
    if (!next) return;
    if (next.dataset.version !== part().dataset.version) {
      renew();
      return;
    }
    board.replaceChildren(document.adoptNode(next));
    got = performance.now();
    at = Date.parse(next.dataset.at);
    lay();
  }

  // A new version of the page itself: taken up only once the server gives it, or the screen would go blank.
  async function renew() {
    const { status } = await ask(location.href);
    if (status === 200) location.reload();
  }

  function end() {
    const said = document.createElement("p");
    said.className = "board-ended board-part";
    said.textContent = "这个大屏地址已作废或到期，请在系统里重新生成。";
    board.replaceChildren(said);
  }

  async function refresh() {
    try {
      const { status, text } = await ask(board.dataset.part);
      refused = status === 404 ? refused + 1 : 0;
      if (refused >= 2) end();
      if (text) show(text);
    } catch {
      // No network, or the server is being started again: the next time.
    }
    tick();
    setTimeout(refresh, EVERY);
  }

  // -- pages of projects -----------------------------------------------------------------------------

  // Who wants no motion, or has a small screen, sees all of them at once.
  function lay() {
    const tiles = board.querySelectorAll(".board-tile");
    const label = board.querySelector(".board-page");
    if (!label) return;
    const all = calm.matches || small.matches || tiles.length <= PAGE;
    const pages = all ? 1 : Math.ceil(tiles.length / PAGE);
    page %= pages;
    tiles.forEach((tile, n) => {
      tile.hidden = !all && Math.floor(n / PAGE) !== page;
    });
    board.classList.toggle("shows-all", all);
    label.hidden = all;
    label.textContent = `第 ${page + 1} / ${pages} 页`;
  }

  function turn() {
    page += 1;
    lay();
  }

  lay();
  tick();
  setInterval(tick, 1000);
  setInterval(turn, TURN);
  setTimeout(refresh, EVERY);
})();
