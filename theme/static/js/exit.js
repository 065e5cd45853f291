// The quick way out of a sensitive page. Without this file its links lead away all the same. With
// it, the page is covered at once, and Shift pressed three times does what a click does.

const links = [...document.querySelectorAll("[data-exit]")];
const said = document.querySelector("[data-exit-said]");
const dots = document.querySelector("[data-exit-dots]");
const { href, dataset } = links.at(-1);
const PRESSES = 3;
const PATIENCE = 5_000; // ms from one press to the next

let cover;
let presses = 0;
let alone = false; // whether Shift went down and no other key since
let timer;

function leave(event) {
  event?.preventDefault();
  count(0);
  if (!cover) hide();
  location.href = href;
}

function hide() {
  cover = Object.assign(document.createElement("div"), { className: "leaving" });
  cover.setAttribute("role", "alert");
  document.body.classList.add("is-left");
  document.body.append(cover);
  // Words that come after their element are read out more reliably.
  setTimeout(() => cover && (cover.textContent = dataset.sayLoading), 100);
}

// A page that Back restores would otherwise stay covered.
function show() {
  document.body.classList.remove("is-left");
  cover?.remove();
  cover = undefined;
}

function count(number, words = "") {
  presses = number;
  said.textContent = words;
  clearTimeout(timer);
  dots.replaceChildren(...Array.from({ length: number && PRESSES }, (_, index) => dot(index)));
  if (number) timer = setTimeout(() => count(0, said.dataset.sayOver), PATIENCE);
}

function dot(index) {
  const className = `exit__dot${index < presses ? " exit__dot--on" : ""}`;
  return Object.assign(document.createElement("span"), { className });
}

function press() {
  if (presses + 1 >= PRESSES) leave();
  else count(presses + 1, presses ? said.dataset.sayOne : said.dataset.sayTwo);
}

for (const link of links) link.onclick = leave;

addEventListener("keydown", ({ key, repeat }) => {
  if (repeat) return;
  alone = key === "Shift";
  if (!alone && presses) count(0);
});

addEventListener("keyup", ({ key }) => {
  if (key === "Shift" && alone) press();
  alone = false;
});

addEventListener("pointerdown", () => (alone = false)); // a click with Shift is no press
addEventListener("pageshow", show);
