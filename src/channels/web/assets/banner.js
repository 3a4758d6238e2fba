/** The line below the heading that tells about the connection. */
export function connectionBanner(banner, texts) {
  let lostTimer
  let hideTimer
  let isLasting = false

  function show(words, lasts) {
    clearTimeout(hideTimer)
    isLasting = lasts
    banner.textContent = words
    if (!lasts) {
      hideTimer = setTimeout(() => {
        banner.textContent = ''
      }, 4_000)
    }
  }

  return {
    lost() {
      if (!navigator.onLine) return show(texts.offline, true)
      // A server that restarts is back within seconds; no need to worry anybody about that.
      lostTimer ??= setTimeout(() => show(texts.reconnecting, true), 2_500)
    },
    back() {
      clearTimeout(lostTimer)
      lostTimer = undefined
      if (isLasting) show(texts.reconnected, false)
    },
    /** For four seconds. */
    say: (words) => show(words, false),
  }
}
