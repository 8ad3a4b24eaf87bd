// Every two seconds the page is fetched anew and the floor put in place of the old one. Links stay where they are, so
// that whoever walks with the keyboard does not lose the place.
async function renew() {
  let well = false
  try {
    const answer = await fetch(location.href, { signal: AbortSignal.timeout(10000) })
    const page = new DOMParser().parseFromString(await answer.text(), "text/html")
    if (page.getElementById("floor")) { // else it is an error's text
      for (const id of ["floor", "clock"]) document.getElementById(id).replaceWith(page.getElementById(id))
      for (const id of ["csv", "json"]) document.getElementById(id).setAttribute("href", page.getElementById(id).getAttribute("href"))
      document.getElementById("downloads").hidden = page.getElementById("downloads").hidden
      well = true
    }
  } catch {}
  document.getElementById("lost").style.display = well ? "none" : "block"
  setTimeout(renew, 2000)
}
setTimeout(renew, 2000)
