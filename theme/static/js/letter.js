// A letter made one's own: what is typed fills the sheet, the plain text and the link to the mail
// program, and leaves the page in no other way. No input has a name or a form, and nothing typed
// is put into an address but `mailto:`. Without this file the letter is whole, with its brackets.

const find = (selector, within = document) => within?.querySelector(selector);
const all = (selector, within = document) => [...(within?.querySelectorAll(selector) ?? [])];

const panel = find("[data-fill]"); // none on the page to print
const area = find("[data-text]");
const send = find("[data-send]");
const inputs = all("[data-for]", panel);
const optional = new Set(all("[data-optional]", panel).map(({ dataset }) => dataset.for));
const chooser = find("[data-choose]", panel);
const keeper = find("[data-keep]", panel); // none on sensitive pages: there nothing is kept
const nudge = find("[data-nudge]", send);
const ways = all("[data-way]", send);
const told = find("[data-told] button", send);
const sheet = panel && ways[0] && find("[data-sheet]"); // none where the letter has ended

const BUDGET = Number(send?.dataset.budget); // characters of a mail link
const COLUMNS = 72;
const LIFE = 30 * 86_400_000; // ms, of anything kept
const PAGE = `letter:${location.pathname.replace(/print\/$/, "")}`;
const ME = "letter:me"; // name and address are the same in every letter

const labels = new Map(all("[data-blank]").map((node) => [node, node.textContent]));
const links = new Map(all("[data-mail]", send).map((node) => [node, node.getAttribute("href")]));
const scripts = new Map(all("[data-call]").flatMap(textNodes).map((node) => [node, node.data]));

// -- the text, as plugins/letters/text.py makes it

const PLAIN = [
  [/[‘’‚‛′]/g, "'"],
  [/[“”„‟″]/g, '"'],
  [/[–—‒−\u2011]/g, "-"],
  [/…/g, "..."],
  [/[\u00a0\u202f]/g, " "],
  [/\u00ad/g, ""],
];
const plain = (text) => PLAIN.reduce((done, [from, to]) => done.replace(from, to), text);

const typed = () => Object.fromEntries(inputs.map((input) => [input.dataset.for, input.value.trim()]));

// What stands in a part of the sheet; a NUL where nothing is to stand: for a question without
// an answer, and for what may be left out where it has a line of its own.
function words(node, way, values) {
  if (node.nodeType === Node.TEXT_NODE) return node.data.replace(/^\n/, "").replaceAll("\n", " ");
  if (node.localName === "br") return "\n";
  const { blank, given, fallback } = node.dataset ?? {};
  if (blank === "today") return today();
  if (blank) return values[blank] || fallback || (mayGo(node) ? "\0" : labels.get(node));
  if (given && way) return way[given];
  return [...node.childNodes].map((child) => words(child, way, values)).join("");
}

const mayGo = ({ dataset: { blank }, parentNode, textContent }) =>
  blank.startsWith("prompt-") ||
  (optional.has(blank) && parentNode.textContent.trim() === textContent.trim());

const line = (node, way, values) => plain(words(node, way, values)).replace(/ ?\0/g, "").trim();

// Each block of the letter as its lines.
function blocks(way, values) {
  const parts = all(":scope > *", find("[data-body]", sheet));
  return parts.map((part) => items(part, way, values)).filter((lines) => lines.join(""));
}

function items(part, way, values) {
  if (!part.matches("ol, ul")) return [line(part, way, values)];
  const lines = [...part.children].map((item) => line(item, way, values)).filter(Boolean);
  const mark = (at) => (part.localName === "ol" ? `${part.start + at}.` : "-");
  return lines.map((words, at) => `${mark(at)} ${words}`);
}

const givenOf = (way) => find("[data-edition]", way)?.dataset;
const text = (name, way, values) => line(find(`[data-given=${name}]`, sheet), way, values);
const filled = (name, values) => values[name] || labels.get(find(`[data-blank=${name}]`, sheet));
const writer = (values) =>
  ["my_name", "my_address"]
    .filter((name) => values[name] || !optional.has(name))
    .map((name) => plain(filled(name, values)));
const subject = (way, values) => {
  const node = find("[data-subject]", sheet);
  return node ? line(node, way, values).replace(/\n/g, " ") : "";
};

function message(way, values) {
  const middle = blocks(way, values).map((lines) => lines.join("\n"));
  const [first, last] = ["salutation", "closing"].map((name) => `${text(name, way, values)},`);
  return [first, ...middle, last, writer(values).join("\n")].join("\n\n");
}

// What is still to be filled in by hand, in the order of the text.
function left(way, values) {
  const whole = `${subject(way, values)}\n${message(way, values)}`;
  const at = (label) => whole.indexOf(plain(label));
  return [...new Set(labels.values())]
    .filter((label) => label.startsWith("[") && at(label) >= 0)
    .sort((one, other) => at(one) - at(other))
    .map((label) => label.slice(1, -1));
}

// The letter as a typed page, to be saved and printed.
function typedPage(way, values) {
  const [name, ...address] = writer(values);
  const lines = address.flatMap((part) => part.split("\n"));
  const right = [name, ...lines, "", today()].map((part) => part.padStart(COLUMNS));
  const parts = [
    right.map((part) => part.trimEnd()),
    (way.address || way.name).split("\n"),
    [subject(way, values)],
    [`${text("salutation", way, values)},`],
    ...blocks(way, values),
    [`${text("closing", way, values)},`, "", "", ""],
    [name],
    ...all("[data-copies]", sheet).map((node) => [line(node, way, values)]),
  ];
  return `${parts.map((lines) => lines.flatMap(wrapped).join("\n")).join("\n\n")}\n`;
}

function wrapped(long) {
  const indent = " ".repeat(/^(-|\d+\.) /.exec(long)?.[0].length ?? 0);
  if (long.length <= COLUMNS) return [long];
  return long.split(" ").reduce((lines, word) => {
    const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
    if (lines.length && longer.length > COLUMNS) return [...lines, indent + word];
    return [...lines.slice(0, -1), longer];
  }, []);
}

function today() {
  const { lang } = document.documentElement;
  const locale = lang === "en" ? "en-GB" : lang;
  return new Intl.DateTimeFormat(locale, { dateStyle: "long" }).format();
}

// -- filling in

function fill() {
  const values = typed();
  const way = givenOf(chosen());
  for (const [node, label] of labels) show(node, label, values[node.dataset.blank]);
  for (const node of all("[data-given]", sheet)) if (way) node.textContent = way[node.dataset.given];
  for (const part of all("[data-body] > *", sheet))
    part.toggleAttribute("data-unused", !items(part, way, values).join(""));
  for (const [node, before] of scripts) node.data = spoken(before, values);
  if (area) area.value = message(way, values);
  for (const one of ways) handOff(one, values);
}

function show(node, label, value) {
  const shown = node.dataset.blank === "today" ? today() : value;
  node.textContent = shown || label;
  node.toggleAttribute("data-filled", Boolean(shown));
}

function textNodes(node) {
  if (node.nodeType === Node.TEXT_NODE) return [node];
  return node.dataset?.blank ? [] : [...node.childNodes].flatMap(textNodes);
}

// What is said on the telephone comes as text, with the labels in brackets.
function spoken(before, values) {
  return [...labels].reduce(
    (done, [{ dataset }, label]) =>
      values[dataset.blank] ? done.replaceAll(label, () => values[dataset.blank]) : done,
    before,
  );
}

const chosen = () => ways.find((way) => way.dataset.way === chooser?.value) ?? ways[0];

function choose() {
  const way = chosen();
  for (const one of ways) one.open = one === way;
  const lines = givenOf(way).address.split("\n");
  const parts = lines.flatMap((part) => [document.createElement("br"), part]).slice(1);
  find("[data-address]", sheet).replaceChildren(...parts);
  fill();
}

function printOut(button) {
  if (chooser) {
    chooser.value = button.closest("[data-way]").dataset.way;
    choose();
  }
  print();
}

// -- handing it to the mail program

const coded = (value) => encodeURIComponent(value).replaceAll("%2C", ",").replaceAll("%40", "@");

function handOff(way, values) {
  const link = find("[data-mail]", way);
  if (!link) return;
  const before = links.get(link);
  const body = message(givenOf(way), values);
  const copies = /&cc=[^&]*/.exec(before)?.[0] ?? "";
  const address = (content) =>
    `${before.split("?")[0]}?subject=${coded(subject(givenOf(way), values))}` +
    `&body=${coded(content.replaceAll("\n", "\r\n"))}${copies}`;
  const whole = address(body);
  const over = whole.length - BUDGET;
  const kind = over > 0 ? "sayShort" : "sayWhole";
  const each = coded(body).length / body.split(/\s+/).length;
  const says = find("[data-mail-says]", way);
  link.href = over > 0 ? address(link.dataset.sayPaste) : whole;
  link.textContent = link.dataset[kind];
  link.toggleAttribute("data-short", over > 0);
  says.textContent = says.dataset[kind].replace("{}", Math.ceil(over / each));
}

// A letter that is too long goes by the clipboard; the link then opens a mail to paste it into.
async function mail(event, link, way) {
  const words = find("[data-said]", way).dataset;
  if (!link.hasAttribute("data-short")) return say(way, words.sayBack, reminder(way));
  event.preventDefault();
  if (!(await copied(message(givenOf(way), typed()), area))) return say(way, words.sayFailed);
  say(way, words.sayPaste, words.sayBack, reminder(way));
  location.href = link.href; // always a mailto address
}

// -- copying, saving, passing on

const say = (way, ...sentences) =>
  (find("[data-said]", way).textContent = sentences.filter(Boolean).join(" "));

// Says which places the letter that is handed over still has in brackets, if any.
function reminder(way) {
  const names = left(givenOf(way), typed()).join(", ");
  return names && find("[data-said]", way).dataset.sayLeft.replace("{}", () => names);
}

// Puts a text on the clipboard; where that fails, selects what can be copied by hand.
async function copied(content, shown) {
  try {
    await navigator.clipboard.writeText(content);
    return true;
  } catch {
    if (shown.select) {
      const box = shown.closest("details");
      if (box) box.open = true;
      shown.value = content;
      shown.focus();
      shown.select();
    } else getSelection().selectAllChildren(shown);
    return false;
  }
}

async function copy(button, way) {
  const given = givenOf(way);
  const [content, shown] = {
    letter: () => [message(given, typed()), area],
    subject: () => [subject(given, typed()), find("[data-subject]", sheet)],
    email: () => [given.email, find("[data-value=email]", way)],
    address: () => [given.address, find("[data-address]", sheet)],
    share: () => [find("[data-share-text]").value, find("[data-share-text]")],
  }[button.dataset.copy]();
  say(way, ""); // so that the same words are read out again
  const done = await copied(content, shown);
  if (!done) return say(way, find("[data-said]", way).dataset.sayFailed);
  say(way, button.dataset.sayDone, button.dataset.copy === "letter" && reminder(way));
}

function save(way) {
  const content = typedPage(givenOf(way), typed()).replaceAll("\n", "\r\n");
  const href = URL.createObjectURL(new Blob([content], { type: "text/plain;charset=utf-8" }));
  const link = Object.assign(document.createElement("a"), { href, download: "letter.txt" });
  link.click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}

// -- one gentle question before the text goes out as it is

let asked = false;
let waiting;

function asks(button) {
  const own = inputs.filter((input) => input.hasAttribute("data-own"));
  if (asked || !own.length || own.some((input) => input.value.trim())) return false;
  asked = true;
  waiting = button;
  button.closest("li").append(nudge);
  nudge.hidden = false;
  nudge.focus();
  return true;
}

function write() {
  nudge.hidden = true;
  find("[data-own]", panel).focus();
}

function goOn() {
  nudge.hidden = true;
  waiting.focus();
  waiting.click();
}

// -- keeping, if she wants it

function stored(use) {
  try {
    return use(localStorage);
  } catch {
    return null; // blocked or full: the rest works without
  }
}

const recall = (name) => stored((store) => JSON.parse(store.getItem(name)));
const forget = () => stored((store) => [ME, PAGE].forEach((name) => store.removeItem(name)));

function keep() {
  if (!keeper?.checked) return;
  const at = Date.now();
  const [me, rest] = [true, false].map((mine) =>
    Object.entries(typed()).filter(([name]) => name.startsWith("my_") === mine),
  );
  stored((store) => {
    store.setItem(ME, JSON.stringify({ at, values: Object.fromEntries(me) }));
    store.setItem(PAGE, JSON.stringify({ at, values: Object.fromEntries(rest) }));
  });
}

function kept() {
  if (find("[data-sensitive]")) return {};
  return Object.assign({}, ...[ME, PAGE].map((name) => recall(name)?.values));
}

// What is over its time goes, on whatever letter she is.
function forgetOld() {
  const names = stored(Object.keys)?.filter((name) => name.startsWith("letter:")) ?? [];
  for (const name of names)
    if (!(recall(name)?.at > Date.now() - LIFE)) stored((store) => store.removeItem(name));
}

function restore() {
  const values = kept();
  for (const input of inputs) input.value ||= values[input.dataset.for] ?? "";
  keeper.checked = Boolean(recall(PAGE));
}

function clear() {
  for (const input of inputs) input.value = "";
  if (keeper) {
    keeper.checked = false;
    forget();
  }
  fill();
  inputs[0].focus();
}

// -- what starts all this

const WHOLE = "[data-mail], [data-txt], [data-copy=letter]"; // what hands over the letter
const PART = "[data-copy]";
const DOES = {
  "[data-nudge-write]": write,
  "[data-nudge-go]": goOn,
  "[data-print]": printOut,
  "[data-clear]": clear,
  "[data-share]": () => navigator.share({ text: find("[data-share-text]").value }).catch(() => {}),
  "[data-live-fill] [data-blank]": ({ dataset }) => find(`[data-for="${dataset.blank}"]`)?.focus(),
};

function clicked(event) {
  const button = event.target.closest([WHOLE, PART, ...Object.keys(DOES)].join());
  const way = button?.closest("[data-way]");
  if (button?.matches(WHOLE)) give(event, button, way);
  else if (button?.matches(PART)) copy(button, way);
  else if (button) Object.entries(DOES).find(([selector]) => button.matches(selector))[1](button);
}

function give(event, button, way) {
  if (!sheet) return; // the plain links do
  if (asks(button)) event.preventDefault();
  else if (button.matches("[data-mail]")) mail(event, button, way);
  else if (button.matches("[data-copy]")) copy(button, way);
  else {
    event.preventDefault();
    save(way);
  }
}

for (const node of all("[data-scripted]")) node.hidden = false;
for (const node of all("[data-plain]")) node.hidden = true;
for (const node of all("button[data-share]")) node.hidden = !navigator.share;
document.addEventListener("click", clicked);

// Pressed twice, it would count twice; who comes back to the page may press it again.
const tell = (disabled) => told && Object.assign(told, { disabled });
told?.form.addEventListener("submit", () => tell(true));
addEventListener("pageshow", () => tell(false));

forgetOld();
if (sheet) {
  sheet.closest(".desk").dataset.liveFill = "";
  find("[data-plain-text]").open = false;
  if (keeper) restore();
  panel.oninput = () => {
    fill();
    if (keeper?.checked) keep();
  };
  // Not at a key: the box begins unticked on another letter, and hers are kept for that one.
  if (keeper) keeper.onchange = () => (keeper.checked ? keep() : forget());
  if (chooser) chooser.onchange = choose;
  if (chooser) choose();
  else fill();
} else if (!panel) {
  const values = kept();
  for (const [node, label] of labels) show(node, label, values[node.dataset.blank]);
}
