// What happens while a moderator looks at a list: counts, title, how many comments came, and what
// colleagues decided. Nothing moves: new comments come when she asks for them.

const list = document.querySelector("[data-queue]:not([data-single])");
const desk = document.querySelector("[data-desk]");
const news = document.querySelector("[data-new]");
const PATIENCE = 20_000; // ms between two looks

let known = ""; // the version of the last answer
let looking = false;

// Resolves whatever happens; the status is 0 when no answer came.
function ask(url) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("GET", url);
    Object.assign(request, { responseType: "json", timeout: 10_000 });
    request.onloadend = () => resolve(request);
    if (known) request.setRequestHeader("If-None-Match", known);
    request.send();
  });
}

async function look() {
  if (document.visibilityState !== "visible" || looking) return;
  looking = true;
  const { list: address, newest, drawn, decided } = list.dataset;
  const asked = new URLSearchParams({ list: address, newest, drawn, decided });
  const answer = await ask(`/moderate/counts?${asked}`);
  looking = false;
  // While a decision is on its way, the numbers may be those of before.
  if (answer.status !== 200 || !answer.response || desk.dataset.waiting) return;
  known = answer.getResponseHeader("ETag") ?? "";
  show(answer.response);
}

function show({ counts, title, heading, came, decided, last }) {
  for (const name in counts) {
    const shown = document.querySelector(`[data-count="${name}"]`);
    if (shown) shown.textContent = counts[name];
  }
  document.title = title;
  document.querySelector("[data-heading]").textContent = heading;
  offer(came);
  for (const id in decided) sayFirst(id, decided[id]);
  list.dataset.decided = last;
}

// Said once: the same words again would be read out again.
function offer(came) {
  const link = news.querySelector("a");
  if (link.textContent === came) return;
  link.textContent = came;
  link.parentElement.hidden = !came;
}

// A colleague was first. It stays where it is, so that nothing moves below a finger.
function sayFirst(id, sentence) {
  const card = document.getElementById(`comment-${id}`);
  const said = card?.querySelector("[data-first]");
  if (!card || card.ariaBusy || said?.textContent === sentence) return;
  said?.remove();
  card.classList.add("card--decided");
  const first = Object.assign(document.createElement("p"), { className: "card__first" });
  Object.assign(first, { textContent: sentence, role: "status" });
  first.dataset.first = "";
  card.querySelector(".card__text").prepend(first);
}

if (list) {
  setInterval(look, PATIENCE);
  document.addEventListener("visibilitychange", look);
}
