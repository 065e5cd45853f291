// The moderators' lists: one key and one request for a decision, seen at once and true on the
// server. Every key presses a button of the page and every button belongs to a plain form, so
// without this file all of it works too. HTML comes as an XHR document and is adopted, because
// `trusted-types 'none'` leaves no other way.

const list = document.querySelector("[data-queue]");
const desk = document.querySelector("[data-desk]");
const said = desk?.querySelector("[data-said]");
const bulk = desk?.querySelector("#bulk");
const sheet = document.querySelector("[data-sheet]");
const find = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = list) => [...within.querySelectorAll(selector)];
const make = (tag, properties, ...inside) => {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...inside);
  return made;
};

const words = desk?.dataset;
const single = list?.hasAttribute("data-single"); // one comment by itself
const DONE = `moderation:done:${single ? location.pathname : list?.dataset.tab}`; // batches, in order
const TYPED = "moderation:typed"; // what was typed and not sent, by form and field
const TURNED = "moderation:turned"; // set if a key turned the page
const LETTERS = "ausdrewnbAUSDTWZ"; // of keys that press a button
const TYPING = "input:not([type=checkbox], [type=hidden]), textarea, select";
const MOST = 200; // comments that the server decides on at once
const next = new Map(); // by comment: which one stood behind it when it left
let current; // the comment that keys are about
let line = Promise.resolve(); // decisions are sent one after the other
let waiting = 0;
let failures = 0; // decisions that were not carried out
let leaving = false;

// -- asking the server

function ask(method, url, responseType, headers = {}, body) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    Object.assign(request, { responseType, timeout: 30_000, onloadend: () => resolve(request) });
    for (const name in headers) request.setRequestHeader(name, headers[name]);
    request.send(body);
  });
}

function say(...parts) {
  said.replaceChildren(make("div", { className: "told" }, ...parts));
}

// -- where one is

const cards = () => all("article.card");
const cardOf = (node) => node?.closest?.("article.card");
const typing = () => document.activeElement?.matches(TYPING);
// Whoever types keeps the focus, whatever is answered meanwhile, unless her field goes away.
const typesBeside = (node) => typing() && !node.contains(document.activeElement);

function choose(card, focus = true) {
  current?.classList.remove("card--current");
  current = card;
  card?.classList.add("card--current");
  if (!card || !focus) return;
  card.focus({ preventScroll: true });
  card.scrollIntoView({ block: "start" });
}

// Focus always has a place: the next comment, else the one before, else the words that say that
// there is none.
function leave(card) {
  const behind = card.nextElementSibling ?? card.previousElementSibling;
  next.set(card.dataset.card, card.nextElementSibling?.dataset.card);
  const here = current === card || card.contains(document.activeElement);
  const aside = typesBeside(card);
  card.remove();
  showEmpty();
  if (here && aside) choose(behind, false);
  else if (here) stepTo(behind);
}

function stepTo(card) {
  choose(card);
  if (!card) (find("[data-empty]:not([hidden])") ?? find("[data-heading]"))?.focus();
}

const lost = () => document.activeElement === document.body || !document.activeElement;

function findPlace(card) {
  if (lost()) stepTo(card ?? (current?.isConnected ? current : cards()[0]));
}

function showEmpty() {
  const empty = find("[data-empty]");
  if (empty) empty.hidden = Boolean(list.firstElementChild);
}

function step(by) {
  const every = cards();
  const place = every.indexOf(current);
  const wanted = place < 0 ? every[0] : every[place + by];
  if (wanted) choose(wanted);
  else if (by > 0) turn();
}

function turn() {
  const link = find("[data-more]:not([hidden]) a");
  if (!link) return;
  afterwards(() => {
    sessionStorage.setItem(TURNED, "1");
    link.click();
  });
}

// -- deciding

document.addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter;
  if (!list || !form.matches("[data-part]") || button?.hasAttribute("data-goes")) return;
  event.preventDefault();
  if (form === bulk) decideAll(button);
  else decide(form, button);
});

function decide(form, button) {
  const card = cardOf(form);
  if (card?.ariaBusy || form.ariaBusy) return; // pressed twice
  if (card && hasUnsent(card, form)) return;
  const sent = packed(form, button);
  const batch = form.dataset.undo;
  const undoes = done().includes(batch);
  if (card) card.ariaBusy = true;
  else form.ariaBusy = true;
  if (button?.hasAttribute("data-leaves")) leave(card);
  else if (form.hasAttribute("data-keep")) say(words.saySending);
  forgetDone(batch);
  send(sent, card ? [card] : [], form, undoes);
}

// What she typed is not taken away with its comment: she is led to it.
function hasUnsent(card, form) {
  const unsent = typedIn(card).find((field) => field.form !== form);
  if (!unsent) return false;
  unsent.closest("details")?.setAttribute("open", "");
  unsent.focus();
  say(words.sayTyped);
  return true;
}

const chosen = () => all("[data-choose]:checked").map(cardOf);

function decideAll(button) {
  for (const card of chosen().slice(MOST)) find("[data-choose]", card).checked = false;
  const from = chosen();
  if (!from.length) return say(words.sayChoose);
  if (from.some((card) => card.ariaBusy)) return say(words.saySending);
  if (from.some((card) => hasUnsent(card, bulk))) return;
  const sent = packed(bulk, button);
  for (const card of from) card.ariaBusy = true;
  if (button.hasAttribute("data-leaves")) from.forEach(leave);
  send(sent, from, bulk);
}

function packed(form, button) {
  const body = new URLSearchParams(new FormData(form, button));
  const url = button?.getAttribute("formaction") ?? form.getAttribute("action");
  body.set("part", "1");
  if (single) body.set("single", "1");
  return { url, body };
}

// `undoes`: a decision of hers is taken back, so that `z` goes on to the one before.
function send(sent, from, form, undoes = false) {
  wait(1);
  inTurn(() => deliver(sent, from, form, undoes), from);
}

async function deliver(sent, from, form, undoes) {
  sent.body.set("after", list.dataset.after); // as the answers before left it
  const post = ask("POST", sent.url, "document", {}, sent.body);
  const answer = await post.finally(() => wait(-1));
  form.ariaBusy = null;
  for (const card of from) card.ariaBusy = null;
  const taken = take(answer, form, undoes);
  if (!taken || answer.status >= 300) failures += 1;
  if (taken) return;
  if (undoes) remember(form.dataset.undo);
  giveBack(answer, from);
}

// One after the other; an error in one of them does not stop those that follow.
function inTurn(act, from = []) {
  line = line.then(act).catch((error) => {
    failures += 1;
    console.error(error);
    giveBack({ status: 0 }, from);
  });
}

// When all before is answered; but if some of that failed, it is not what she thought of.
function afterwards(act) {
  const before = failures;
  inTurn(() => failures === before && act());
}

function wait(by) {
  waiting += by;
  desk.dataset.waiting = waiting || "";
}

// Takes in what the server made of it: what to say, the comments as they are, who follows.
function take({ status, response }, form, undoes) {
  const page = response?.body;
  const other = page && find("[data-edit-form]", page);
  if (other && form.matches("[data-edit-form]")) return takeForm(form, response);
  if (!page?.hasAttribute("data-answer")) return false;
  const types = typing();
  const { batch, after, about } = page.dataset;
  tell(response);
  list.dataset.after = after;
  if (status < 300) forgetTyped(form);
  if (status < 300 && batch && !undoes) remember(batch);
  const returned = all("[data-part=cards] > article", page).filter(belongs).map(put);
  for (const id of about.split(" ")) {
    const card = cardWith(id);
    if (card && !returned.includes(card)) leave(card);
    if (status === 404) keptOf(id).forEach(showKept);
  }
  for (const card of all("[data-part=following] > article", page)) append(card);
  const notice = find("[data-part=notice]", page);
  if (status >= 300 && returned[0]) sayProblem(returned[0]);
  else said.replaceChildren(document.adoptNode(notice));
  showEmpty();
  const first = returned[0];
  if (first && !types && form.matches("[data-undo]")) choose(first);
  else findPlace(types ? null : first);
  return true;
}

const cardWith = (id) => document.getElementById(`comment-${id}`);
const belongs = (card) => !single || cardWith(card.dataset.card);

// It comes back above what she looks at now, where she might not see it.
function sayProblem(card) {
  const { textContent } = find("[role=alert] p", card);
  const link = make("a", { href: `#${card.id}`, textContent: find(".card__name", card).textContent });
  link.onclick = (event) => {
    event.preventDefault();
    choose(card);
  };
  say(link, ": ", textContent);
}

function tell(page) {
  document.title = page.title;
  for (const one of all("[data-count]", page.body)) count(one.dataset.count, one.textContent);
  find("[data-heading]").textContent = find("[data-heading]", page).textContent;
  const empty = find("[data-empty]");
  empty?.replaceChildren(...document.adoptNode(find("[data-empty]", page)).childNodes);
  const more = find("[data-more]");
  if (!more) return;
  const href = find("[data-more] a", page).getAttribute("href");
  more.hidden = !href;
  if (href) find("a", more).href = href;
}

function count(name, number) {
  const shown = find(`[data-count="${name}"]`);
  if (shown) shown.textContent = number;
}

// Puts a comment where it stood: in place of itself, or before the one that followed it.
function put(fresh) {
  const card = document.adoptNode(fresh);
  const old = cardWith(card.dataset.card);
  const here = old && (old === current || old.contains(document.activeElement));
  const aside = old && typesBeside(old);
  if (old) old.replaceWith(card);
  else list.insertBefore(card, behind(card.dataset.card));
  dress(card);
  if (here) choose(card, !aside && !find("[open]", card));
  return card;
}

function behind(id) {
  const seen = new Set();
  let after = next.get(id);
  while (after && !seen.has(after)) {
    const card = cardWith(after);
    if (card) return card;
    seen.add(after);
    after = next.get(after);
  }
  return null;
}

function append(fresh) {
  if (cardWith(fresh.dataset.card)) return;
  const card = document.adoptNode(fresh);
  for (const [gone, after] of next) if (!after) next.set(gone, card.dataset.card);
  list.append(card);
  dress(card);
  if (lost() || document.activeElement.matches("[data-empty]")) choose(card);
}

// Nothing was decided: what left the list comes back as it was.
function giveBack({ status, responseURL }, from) {
  for (const card of from) {
    if (!cardWith(card.dataset.card)) list.insertBefore(card, behind(card.dataset.card));
  }
  showEmpty();
  findPlace(from[0]);
  if (status && responseURL.includes("/moderate/sign-in")) saySignedOut();
  else say(words.sayFailed);
}

function saySignedOut() {
  const link = make("a", { href: "/moderate/sign-in", textContent: words.saySignIn });
  link.onclick = () => (leaving = true); // what was typed is kept
  say(words.saySignedOut, " ", link);
}

// -- undoing

const done = () => JSON.parse(sessionStorage.getItem(DONE) ?? "[]");
const keepDone = (batches) => sessionStorage.setItem(DONE, JSON.stringify(batches.slice(-200)));
const remember = (batch) => keepDone([...done(), batch]);
const forgetDone = (batch) => keepDone(done().filter((one) => one !== batch));

// In its turn: the decision before may still be on its way.
function undo() {
  afterwards(() => {
    const batch = done().at(-1);
    if (!batch) return press("z") || say(words.sayNothing);
    forgetDone(batch);
    const field = make("input", { name: "list", value: list.dataset.list });
    const form = make("form", { action: `/moderate/undo/${batch}` }, field);
    form.dataset.undo = batch;
    wait(1);
    return deliver(packed(form), [], form, true);
  });
}

// What was done on the page before, as the notice says, and only once: not after a reload.
function takeNotice() {
  const batch = find("[data-undo] .key")?.closest("form").dataset.undo;
  if (!batch || single) return;
  if (!done().includes(batch)) remember(batch);
  history.replaceState(null, "", list.dataset.list);
}

// -- what is typed is never lost

const typed = () => JSON.parse(sessionStorage.getItem(TYPED) ?? "{}");
const keepTyped = (all) => sessionStorage.setItem(TYPED, JSON.stringify(all));
const nameOf = (field) => `${field.form.getAttribute("action")} ${field.name}`;
const texts = (within) => all("[data-keep] textarea", within);
const typedIn = (within) =>
  texts(within).filter((field) => field.value !== field.defaultValue && field.value.trim());

document.addEventListener("input", ({ target }) => {
  if (!list || !target.matches("[data-keep] textarea")) return;
  const kept = typed();
  if (target.value && target.value !== target.defaultValue) kept[nameOf(target)] = target.value;
  else delete kept[nameOf(target)];
  keepTyped(kept);
});

function forgetTyped(form) {
  const kept = typed();
  for (const field of all("textarea", form)) {
    delete kept[nameOf(field)];
    field.defaultValue = field.value;
  }
  keepTyped(kept);
}

function restore(within) {
  const kept = typed();
  for (const field of texts(within)) {
    const text = kept[nameOf(field)];
    if (text === undefined) continue;
    field.value = text;
    if (field.defaultValue === text) field.defaultValue = ""; // only given back: it is still unsent
    field.closest("details")?.setAttribute("open", "");
  }
}

const idOf = (name) => name.split("/")[3];
const keptOf = (id) => Object.keys(typed()).filter((name) => idOf(name) === id);

// Of a comment that is not on this page she is told where it is.
function offerKept() {
  const here = new Set(texts(document).map(nameOf));
  const away = Object.keys(typed()).filter((name) => !here.has(name));
  const isOwn = (name) => single && idOf(name) === current?.dataset.card;
  const opens = (name) => name.includes("/edit ") && find("[data-edit]", current);
  for (const name of away.filter(isOwn)) opens(name) ? editHere() : showKept(name);
  const ids = new Set(away.filter((name) => !isOwn(name)).map(idOf));
  const links = [...ids].flatMap((id) => {
    const textContent = words.sayComment.replace("{}", id);
    return [" ", make("a", { href: `/moderate/comments/${id}`, textContent })];
  });
  if (links.length) say(words.sayKept, ...links);
}

// Where there is no form for it any more it is shown, to copy, and then forgotten.
function showKept(name) {
  const { [name]: value, ...others } = typed();
  const field = make("textarea", { className: "form__input", value, rows: 5, readOnly: true });
  field.dir = "auto";
  list.before(make("label", { className: "form__label" }, words.sayKept, field));
  keepTyped(others);
}

addEventListener("beforeunload", (event) => {
  if (list && !leaving && (waiting || typedIn(document).length)) event.preventDefault();
});

// -- keys

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  x: () => current && find("[data-choose]", current)?.click(),
  X: chooseAll,
  z: undo,
  q: editHere,
  "/": () => find("#q")?.focus(),
  "?": () => sheet.showModal(),
};

function chooseAll() {
  const boxes = all("[data-choose]");
  const some = boxes.some((box) => !box.checked);
  for (const box of boxes) box.checked = some;
}

// Presses what a key stands for on the current comment, or among what is done with all chosen ones.
function press(key) {
  const within = key >= "A" && key <= "Z" ? bulk : current;
  const target = within && (find(`[data-key="${key}"]`, within) ?? standIn(key));
  if (!target) return false;
  if (within.ariaBusy) say(words.saySending);
  else if (within === bulk && !chosen().length) say(words.sayChoose);
  else if (target.matches("summary")) openDetails(target.parentElement);
  else target.click();
  return true;
}

// Shift D deletes where one can; elsewhere it moves to the trash.
const standIn = (key) => (key === "D" ? find('[data-key="T"]', bulk) : null);

function openDetails(details) {
  details.open = true;
  find(TYPING, find("form", details) ?? details)?.focus();
}

// Only Shift speaks of all chosen ones: Caps Lock does not.
function keyOf(event) {
  const { key, shiftKey } = event;
  if (key.length > 1 || !event.getModifierState("CapsLock")) return key;
  return shiftKey ? key.toUpperCase() : key.toLowerCase();
}

document.addEventListener("keydown", (event) => {
  const { target } = event;
  if (!list || event.isComposing || event.keyCode === 229) return;
  const key = keyOf(event);
  if (key === "Escape") return close(target);
  if (desk.dataset.keys === "off" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (target.matches?.(TYPING) || target.isContentEditable || sheet.open) return;
  const act = KEYS[key] ?? (LETTERS.includes(key) && (() => press(key) || say(words.sayNot)));
  if (!act || (event.repeat && key !== "j" && key !== "k")) return;
  event.preventDefault();
  act();
});

function close(node) {
  const card = cardOf(node);
  const inline = node.closest?.("[data-inline]");
  const open = node.closest?.("details[open]");
  if (inline && !typedIn(inline).length) inline.remove();
  else if (open) open.open = false;
  else return;
  choose(card ?? current);
}

// -- editing in place: the form of the page for it, below the comment

async function editHere() {
  const card = current;
  const link = card && find("[data-edit]", card);
  if (!link) return say(words.sayNot);
  if (card.ariaBusy) return say(words.saySending);
  const there = find("[data-inline]", card);
  if (there) return find("textarea", there).focus();
  const { response } = await ask("GET", link.href, "document");
  if (card !== current || !card.isConnected || find("[data-inline]", card)) return; // meanwhile
  if (!response || !find("[data-edit-form]", response)) return location.assign(link.href);
  const box = make("div", { className: "inline" });
  box.dataset.inline = "";
  find(".card__text", card).append(box);
  putForm(box, response);
  if (!typing()) find("textarea", box).focus();
}

// It cannot be stored so: the same form again, with what is wrong, below the comment as it is now.
function takeForm(form, page) {
  const aside = typesBeside(form);
  const box = form.closest("[data-inline]");
  if (!box.isConnected) return false; // she left it
  const now = find("[data-now]", page);
  if (now) find(".card__comment", cardOf(box)).replaceWith(document.adoptNode(now));
  putForm(box, page);
  if (!aside) (find("[aria-invalid]", box) ?? find("textarea", box)).focus();
  said.replaceChildren();
  return true;
}

function putForm(box, page) {
  const parts = [find(".form__problem", page), find("[data-edit-form]", page)].filter(Boolean);
  box.replaceChildren(...parts.map((part) => document.adoptNode(part)));
  restore(box);
  find("[data-close]", box).onclick = (event) => {
    event.preventDefault();
    const card = cardOf(box);
    forgetTyped(find("form", box));
    box.remove();
    choose(card);
  };
}

// -- what starts all this

// The words that a rule found are marked without a change to the comment's own HTML.
const marks = globalThis.CSS?.highlights && new Highlight();

function dress(card) {
  restore(card);
  const wanted = all("[data-found]", card).map((mark) => mark.textContent);
  if (!marks || !wanted.length) return;
  for (const body of all(".comment__body", card)) {
    const walker = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) for (const word of wanted) highlight(walker.currentNode, word);
  }
}

function highlight(node, word) {
  for (let at = node.data.indexOf(word); at >= 0; at = node.data.indexOf(word, at + word.length)) {
    const range = new Range();
    range.setStart(node, at);
    range.setEnd(node, at + word.length);
    marks.add(range);
  }
}

function start() {
  for (const card of cards()) dress(card);
  if (marks) CSS.highlights.set("found", marks);
  list.addEventListener("focusin", ({ target }) => {
    const card = cardOf(target);
    if (card !== current) choose(card, false);
  });
  if (desk.dataset.keys === "on") document.body.classList.add("moderation--keys");
  const button = find("[data-open-keys]");
  if (button) {
    button.hidden = false;
    button.onclick = () => sheet.showModal();
  }
  const turned = sessionStorage.getItem(TURNED);
  sessionStorage.removeItem(TURNED);
  choose(cards()[0], Boolean(turned));
  takeNotice();
  offerKept();
}

if (list) start();
