// The choice of the version. versions.json is at the top of the site; without it, for example in a local build, nothing
// is shown. The page without a version in its address is the one of the newest release.
(() => {
  "use strict";
  const VERSION = /^(main|v\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?)$/;
  const toRoot = new URL((typeof path_to_root === "string" && path_to_root) || "./", document.baseURI);
  // The Chinese book is in a folder of the English one.
  const book = toRoot.pathname.endsWith("/zh-CN/") ? new URL("../", toRoot) : toRoot;
  const folder = book.pathname.split("/").filter(Boolean).pop() ?? "";
  const own = VERSION.test(folder) ? folder : null;
  const top = own ? new URL("../", book) : book;

  fetch(new URL("versions.json", top))
    .then((answer) => (answer.ok ? answer.json() : null))
    .then((list) => {
      const bar = document.querySelector(".right-buttons");
      if (!list || !bar) return;
      const page = document.baseURI.slice(book.href.length).split("#")[0];
      const select = document.createElement("select");
      select.className = "version";
      select.setAttribute("aria-label", "Version");
      for (const version of list.versions) {
        const option = new Option(version === list.newest ? `${version} (newest)` : version, version);
        option.selected = version === (own ?? list.newest);
        select.append(option);
      }
      select.addEventListener("change", async () => {
        const base = new URL(`${select.value}/`, top);
        const same = new URL(page, base);
        // An older version may not have the page.
        const is_there = await fetch(same, { method: "HEAD" }).then((answer) => answer.ok, () => false);
        location.assign(is_there ? same : base);
      });
      bar.prepend(select);
    })
    .catch(() => {});
})();
