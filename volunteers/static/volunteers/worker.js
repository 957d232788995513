// The service worker of a volunteer's own week: the page opens without a network, and what was saved then is sent later.
// It sees the pages under /volunteering/ and keeps the week alone; `places` and `unsent` stand before it.
const KEPT = "relais-week";
const DAYS_KEPT = 14;
const PATIENCE = 6_000;
const LOG = /\/assignments\/\d+\/log\/$/;

const within = (promise) => Promise.race([
  promise,
  new Promise((_done, fail) => { setTimeout(() => fail(new Error("too slow")), PATIENCE); }),
]);
// A worker may not read where a redirect leads: asked so, the server says it (crm/web/on_device.py).
const ask = (url, more) => fetch(url, { cache: "no-store", ...more, headers: { "Relais-Worker": "1" } });
const leadsTo = (response) => response.headers.get("Relais-To") ?? "";

// Pages by their week. What was told of a moment ago is left out; so is what is older than two weeks.
const keep = async (response, url) => {
  const html = await response.text();
  const [, draft] = html.match(/<form[^>]* data-draft="([^"]+)"/) ?? [];
  if (!draft || !html.includes("data-unsent")) return;
  const cache = await caches.open(KEPT);
  const headers = { "Content-Type": "text/html; charset=utf-8", "Kept-At": String(Date.now()) };
  headers["Content-Security-Policy"] = response.headers.get("Content-Security-Policy") ?? "default-src 'self'";
  const page = html.replace(/(<div class="messages"[^>]*>)[^]*?<\/div>/, "$1</div>");
  await cache.put(`${url.pathname}?week=${draft.slice(-10)}`, new Response(page, { headers }));
  await cache.addAll(filesOf(html));
  await tidy(cache);
};
const filesOf = (html) => [...new Set([...html.matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)].map(([, file]) => file))];
const tidy = async (cache) => {
  const named = new Set();
  for (const { request, response } of await keptPages(cache)) {
    if (Date.now() - response.headers.get("Kept-At") > DAYS_KEPT * 86_400_000) await cache.delete(request);
    else filesOf(await response.text()).forEach((file) => named.add(file));
  }
  for (const request of await cache.keys()) {
    const { pathname } = new URL(request.url);
    if (!LOG.test(pathname) && !named.has(pathname)) await cache.delete(request);
  }
};
const keptPages = async (cache) => {
  const pages = (await cache.keys()).filter((request) => LOG.test(new URL(request.url).pathname));
  const found = await Promise.all(pages.map(async (request) => ({ request, response: await cache.match(request) })));
  return found.sort((one, other) => other.response.headers.get("Kept-At") - one.response.headers.get("Kept-At"));
};

// The week that was asked for; of no week in particular, the one that was open last.
const kept = async (url) => {
  const week = url.searchParams.get("week");
  const pages = await keptPages(await caches.open(KEPT));
  const found = pages.find(({ request }) => {
    const its = new URL(request.url);
    return url.pathname === places.week
      || (its.pathname === url.pathname && (!week || its.searchParams.get("week") === week));
  });
  if (!found) return null;
  if (url.pathname === places.week) return Response.redirect(found.request.url);
  const { headers } = found.response;
  const html = (await found.response.text()).replace("<html", `<html data-kept="${headers.get("Kept-At")}"`);
  return new Response(html, { headers });
};

// One after the other, and each once: its form bears its key (crm/web/once.py), and the version that it was drawn with.
let sending = null;
const sendAll = () => {
  sending ??= sendEach().finally(() => { sending = null; });
  return sending;
};
const sendEach = async () => {
  const states = [];
  for (const entry of await unsent.all()) {
    if (entry.state === "waiting" || entry.state === "login") states.push(await send(entry));
  }
  return states;
};
const send = async (entry) => {
  const page = await ask(`${entry.page}?week=${entry.week}`);
  if (leadsTo(page)) return loggedOut(entry);
  if (page.status >= 500) throw new Error("not now");
  const [, token] = (await page.text()).match(/name="csrfmiddlewaretoken" value="([^"]+)"/) ?? [];
  const body = new URLSearchParams([...entry.fields, ["csrfmiddlewaretoken", token ?? ""]]);
  const said = await ask(`${entry.page}?sent=${entry.id}`, { method: "POST", body });
  if (said.status >= 500) throw new Error("not now");
  const to = leadsTo(said);
  if (to.startsWith(places.login)) return loggedOut(entry);
  return settle(entry, to.includes(entry.id) ? "sent" : "refused", to);
};
const loggedOut = async (entry) => {
  await caches.delete(KEPT);
  return settle(entry, "login");
};
const settle = async (entry, state, to = "") => {
  await unsent.settle(entry, { state, to });
  for (const page of await clients.matchAll()) page.postMessage("settled");
  return state;
};

// Who was logged out is asked to log in, and told why; what was kept to be read without a network goes.
const open = async (url) => {
  if ((await within(sendAll().catch(() => []))).includes("login")) {
    return Response.redirect(`${places.login}?${new URLSearchParams({ next: url.pathname + url.search, unsent: 1 })}`);
  }
  const response = await within(ask(url));
  const to = leadsTo(response);
  if (to.startsWith(places.login) || [403, 404].includes(response.status)) await caches.delete(KEPT);
  if (to) return Response.redirect(new URL(to, url));
  return response;
};
const answer = async (event, url) => {
  let response;
  try { response = await open(url); } catch { response = null; }
  if (response && response.status < 500) {
    if (response.ok && LOG.test(url.pathname)) event.waitUntil(keep(response.clone(), url));
    return response;
  }
  return (await kept(url)) ?? response ?? fetch(event.request);
};

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate" && (url.pathname === places.week || LOG.test(url.pathname))) {
    event.respondWith(answer(event, url));
  } else if (url.pathname.startsWith("/static/")) {
    event.respondWith(fetch(request).catch(async (error) => (await caches.match(request)) ?? Promise.reject(error)));
  }
});
addEventListener("sync", (event) => event.waitUntil(sendAll()));
addEventListener("message", (event) => {
  const url = event.data.keep && new URL(event.data.keep);
  event.waitUntil(url
    ? ask(url).then((response) => response.ok && !leadsTo(response) && keep(response, url)).catch(() => {})
    : sendAll().catch(() => {}));
});
addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
