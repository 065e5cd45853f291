// A page's comments, for readers: are they still true, sending without leaving, replying below a
// comment, keeping what was typed. Without this file plain forms do it all. HTML comes as an XHR
// document from the server and is adopted: `trusted-types 'none'` leaves no other way.

const section = document.querySelector("[data-live=thread]");
const find = (selector, within = section) => within?.querySelector(selector);
const make = (tag, properties) => Object.assign(document.createElement(tag), properties);
const mine = find("[data-thread-mine]");
const box = find("[data-thread-form]"); // none where the thread is closed
const form = find("form", box);
const text = form?.elements.content;
const heading = find("[data-form-heading]", box);
const invitation = heading?.textContent;
const parent = make("input", { type: "hidden", name: "parent" });
const cancel = make("button", { type: "button", className: "button button--quiet", onclick: back });
const insist = make("button", { className: cancel.className, name: "as_it_is", value: "1" });

const source = section?.dataset.src;
const DRAFT = `comment:${source}`;
const WAITING = `comment:waiting:${source}`; // set if this browser may have comments that wait
const PERSON = "comment:person";
const KNOWN = "comment:known"; // set if she went to sign in
const ORDER = "comment:order"; // set if she wants the newest first
const LIFE = 30 * 86_400_000; // ms, of anything kept
const keys = {}; // by text: they make sending one again harmless
let stamp; // says when the server was last asked
let lines = []; // below public comments of hers: how to edit them

const say = (words) => (form.elements.said.value = words);
const answered = () => form?.elements.parent?.value ?? "";
const linkTo = (id) => find(`[data-reply="${id}"]`);

// Resolves whatever happens; the status is 0 when no answer came.
function ask(method, url, responseType, headers, body) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    Object.assign(request, { responseType, timeout: 20_000, onloadend: () => resolve(request) });
    headers["Accept-Language"] = section.dataset.lang;
    for (const name in headers) request.setRequestHeader(name, headers[name]);
    request.send(body);
  });
}

async function askPage(url, headers) {
  const answer = await ask("GET", url, "document", { Accept: "text/html", ...headers });
  stamp = answer.getResponseHeader("Comment-Stamp") ?? stamp;
  // A look into an empty 304 would make a document about an error, with a style the policy refuses.
  return answer.status === 200 && answer.response;
}

// -- keeping what was typed

function stored(use) {
  try {
    return use(mine.hasAttribute("data-sensitive") ? sessionStorage : localStorage);
  } catch {
    return null; // blocked or full: the rest works without
  }
}

const recall = (name) => stored((store) => JSON.parse(store.getItem(name)));
const forget = (name) => stored((store) => store.removeItem(name));
const keep = (name, value) =>
  stored((store) => store.setItem(name, JSON.stringify({ ...value, at: Date.now() })));

function forgetOld() {
  for (const name of stored(Object.keys) ?? [])
    if (name.startsWith("comment:") && !(recall(name)?.at > Date.now() - LIFE)) forget(name);
}

// At every key: it takes microseconds, and a closed window loses nothing.
function keepTyped() {
  const all = Object.fromEntries(new FormData(form));
  const { content, parent, follow, phone, ...person } = all;
  if (content) keep(DRAFT, { content, parent });
  else forget(DRAFT);
  if (!mine.hasAttribute("data-sensitive")) keep(PERSON, person);
}

function restore() {
  const draft = recall(DRAFT);
  for (const [name, value] of Object.entries({ ...recall(PERSON), ...draft }))
    if (form.elements[name]?.value === "") form.elements[name].value = value;
  move(draft?.parent);
}

// -- freshness

async function refresh() {
  const page = await askPage(source, { "If-None-Match": `"${section.dataset.version}"` });
  const fresh = page && find("[data-live=thread]", page);
  if (fresh) inPlace(() => adopt(fresh));
}

// Exchanges what stands around the form and the reader's own comments. Those never leave the page,
// so focus, selection, undo and a half-composed letter stay as they are.
function adopt(fresh) {
  const id = answered();
  move("");
  const kept = box && (find("[data-thread-form]", fresh) || text.value) ? box : null;
  for (const part of [...section.children]) if (part !== mine && part !== kept) part.remove();
  let before = mine;
  for (const part of [...fresh.children])
    if (part.matches("[data-thread-mine]")) before = kept;
    else if (kept && part.matches("[data-thread-form]")) before = null;
    else section.insertBefore(document.adoptNode(part), before);
  section.dataset.version = fresh.dataset.version;
  dress();
  move(id);
  if (id !== answered() && text.value) say(box.dataset.sayMoved);
}

// Whatever changes above it, what she reads or writes stays where it is on the screen.
function inPlace(change) {
  const active = document.activeElement;
  const top = (node) => node.getBoundingClientRect().top;
  const named = [...section.querySelectorAll("[id]")];
  const mark = named.find((node) => node === active) ?? named.find((node) => top(node) >= 0);
  const before = mark && top(mark);
  change();
  const now = mark && document.getElementById(mark.id);
  if (now) scrollBy(0, top(now) - before);
  const same = [...section.querySelectorAll("a")].find((link) => link.href === active.href);
  (active.isConnected ? active : same)?.focus({ preventScroll: true });
}

// -- sending

async function send(button) {
  const sent = text.value;
  const key = answered() + sent;
  keys[key] ??= crypto.getRandomValues(new Uint32Array(4)).join("-");
  const headers = { Accept: "application/json", "Idempotency-Key": keys[key] };
  const body = new URLSearchParams(new FormData(form, button));
  if (stamp) body.set("stamp", stamp);
  clear();
  say(box.dataset.saySending);
  button.disabled = true;
  const { status, response } = await ask("POST", form.action, "json", headers, body);
  button.disabled = false;
  say("");
  if (status === 201 && response) {
    delete keys[key];
    arrived(sent, response);
  } else if (status < 500 && response?.title) {
    complain(response.title, response.errors);
    if (response.type.endsWith("/nudge")) form.elements.said.before(insist);
  } else complain(box.dataset.sayKept);
}

async function arrived(sent, { id, status, message }) {
  if (text.value === sent) {
    text.value = ""; // else she wrote on meanwhile
    move("");
  }
  keepTyped();
  if (message) say(message);
  if (status === "approved") await refresh();
  await showMine();
  const shown = find(`#comment-${id}, [data-held="${id}"]`);
  if (shown) Object.assign(shown, { tabIndex: -1 }).focus();
}

async function showMine() {
  keep(WAITING);
  const page = await askPage(`${source}/mine`);
  if (!page) return;
  for (const line of lines) line.remove();
  lines = [...page.querySelectorAll("[data-own]")];
  place();
  mine.replaceChildren(...page.querySelectorAll("[data-held]"));
  if (!mine.firstChild && !lines[0]) forget(WAITING);
}

function place() {
  for (const line of lines) find(`#comment-${line.dataset.own} > .comment`)?.append(line);
}

// Shows a problem as the server's own form does.
function complain(sentence, errors = {}) {
  const problem = make("div", { className: "form__problem", role: "alert", tabIndex: -1 });
  const list = make("ul");
  problem.append(make("strong", { textContent: sentence }), list);
  for (const name in errors) list.append(complainOf(form.elements[name], errors[name]));
  form.before(problem);
  problem.focus();
}

function complainOf(field, textContent) {
  const item = make("li", { textContent });
  if (!field?.labels) return item; // hidden, or none of ours
  const id = `${field.id}-error`;
  field.before(make("p", { className: "form__error", id, textContent }));
  field.setAttribute("aria-invalid", true);
  field.setAttribute("aria-describedby", `${field.id}-hint ${id}`);
  item.replaceChildren(make("a", { href: `#${field.id}`, textContent }));
  return item;
}

function clear() {
  insist.remove();
  find("[role=alert]", box)?.remove();
  for (const field of form.querySelectorAll("[aria-invalid]")) {
    field.previousElementSibling.remove();
    field.removeAttribute("aria-invalid");
    field.setAttribute("aria-describedby", `${field.id}-hint`);
  }
}

// -- replying

// There is one form: it goes below the comment it answers, with what was typed, and home again.
function move(id) {
  const link = id && linkTo(id);
  if (!box || (!link && !answered())) return;
  if (link) {
    link.closest("[data-comment]").firstElementChild.after(box);
    parent.value = id;
    form.append(parent);
    form.elements.said.before(cancel);
  } else {
    mine.after(box);
    parent.remove();
    cancel.remove();
  }
  heading.textContent = link ? link.getAttribute("aria-label") : invitation;
  keepTyped();
}

function back() {
  const link = linkTo(answered());
  move("");
  link?.focus();
}

// -- reading in comfort: without this, all is open, oldest first

function dress() {
  const list = find("[data-thread-list]");
  const { sayNewest, sayOldest, sayReplies, sayWhole } = list.dataset;
  for (const replies of list.querySelectorAll(".thread__replies")) {
    const comment = replies.previousElementSibling;
    const fold = folder(sayReplies, true, (open) => (replies.hidden = !open));
    (find(".comment__tools", comment) ?? comment).append(fold);
  }
  for (const quote of list.querySelectorAll(".comment__body > blockquote")) {
    const show = (open) => (quote.className = open ? "" : "quote--short");
    if (quote.textContent.length > 600) quote.after(folder(sayWhole, false, show));
  }
  if (list.children[1]) {
    let newest = recall(ORDER);
    const button = make("button", { className: "fold", onclick: () => turn((newest = !newest)) });
    const pinned = (item) => item.matches(".thread__item--pinned");
    const say = () => (button.textContent = newest ? sayOldest : sayNewest);
    const turn = () => {
      if (newest) keep(ORDER);
      else forget(ORDER);
      list.append(...[...list.children].reverse().sort((a, b) => pinned(b) - pinned(a)));
      say();
    };
    if (newest) turn();
    say();
    list.before(button);
  }
  place();
}

function folder(textContent, open, show) {
  const button = make("button", { className: "fold", textContent });
  const turn = () => show((button.ariaExpanded = open));
  button.onclick = () => turn((open = !open));
  turn();
  return button;
}

// -- what starts all this

function start() {
  section.onclick = (event) => {
    const link = event.target.closest("[data-reply]");
    if (!link || !box || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    clear();
    move(link.dataset.reply);
    text.focus();
  };
  new IntersectionObserver(([entry], observer) => {
    if (!entry.isIntersecting) return;
    observer.disconnect();
    refresh();
  }).observe(section);
  forgetOld();
  inPlace(dress);
  const waiting = recall(WAITING);
  if (document.referrer.includes(`${source}/thanks`)) forget(DRAFT); // sent from the preview's page
  if (form) startForm();
  if (waiting) showMine();
}

function startForm() {
  cancel.textContent = box.dataset.sayCancel;
  insist.textContent = box.dataset.sayAsItIs;
  form.oninput = keepTyped;
  form.onsubmit = (event) => {
    if (event.submitter?.value === "preview") keep(WAITING); // its page can send too
    else {
      event.preventDefault();
      send(event.submitter);
    }
  };
  form.onkeydown = ({ key }) => {
    if (key === "Escape" && answered() && !text.value) back();
  };
  restore();
  const signIn = find("[data-sign-in]", box);
  if (!signIn) return;
  signIn.onsubmit = () => keep(KNOWN);
  if (recall(KNOWN)) showKnown(signIn);
}

async function showKnown(signIn) {
  const page = await askPage(`${source}/form`);
  const known = page && find("[data-known]", page);
  if (known) signIn.replaceWith(document.adoptNode(known));
  else forget(KNOWN);
}

if (section) start();
