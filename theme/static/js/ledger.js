// A letter's ledger: is what the page shows still true? Asked once, when it comes into view. HTML
// comes as an XHR document and is adopted, as in thread.js. Without this file the page's own stands.

const ledger = document.querySelector("[data-live=ledger]");

function refresh() {
  const { src, lang, version } = ledger.dataset;
  const request = new XMLHttpRequest();
  request.open("GET", src);
  request.responseType = "document";
  request.setRequestHeader("Accept", "text/html");
  request.setRequestHeader("Accept-Language", lang);
  request.setRequestHeader("If-None-Match", `"${version}"`);
  request.onload = () => {
    // A look into an empty 304 would make a document about an error.
    const fresh = request.status === 200 && request.response?.querySelector("[data-live=ledger]");
    if (fresh && !ledger.contains(document.activeElement)) adopt(fresh);
  };
  request.send();
}

function adopt(fresh) {
  ledger.replaceChildren(...[...fresh.childNodes].map((node) => document.adoptNode(node)));
  ledger.dataset.version = fresh.dataset.version;
}

if (ledger)
  new IntersectionObserver(([entry], observer) => {
    if (!entry.isIntersecting) return;
    observer.disconnect();
    refresh();
  }).observe(ledger);
