/**
 * Keeps the end of the conversation in view for those who read its end, and leaves those alone who have scrolled up:
 * they get a button that leads to the newest line.
 */
export function followEnd(scroller, content, newestButton) {
  let isFollowing = true
  let lastTop = 0

  function toEnd() {
    scroller.scrollTop = scroller.scrollHeight
  }

  scroller.addEventListener('scroll', () => {
    const isAtEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 40
    if (isAtEnd) {
      isFollowing = true
      newestButton.hidden = true
    } else if (scroller.scrollTop < lastTop) {
      isFollowing = false
    }
    lastTop = scroller.scrollTop
  })

  // A line more, a keyboard that takes half of the screen, a font that comes late: all change one of the two heights.
  const observer = new ResizeObserver(() => {
    if (isFollowing && content.childElementCount > 0) toEnd()
  })
  observer.observe(scroller)
  observer.observe(content.parentElement)

  return {
    /** To the end, and stay there. */
    toEnd() {
      isFollowing = true
      newestButton.hidden = true
      toEnd()
    },
    /** To the beginning, where an empty conversation greets. */
    toStart() {
      isFollowing = true
      newestButton.hidden = true
      scroller.scrollTop = 0
    },
    /** A new line stands there. One that is taller than the screen is shown from its beginning. */
    added(item) {
      if (!isFollowing) {
        newestButton.hidden = false
      } else if (item.offsetHeight > scroller.clientHeight * 0.9) {
        isFollowing = false
        scroller.scrollTop = item.offsetTop - 16
      } else {
        toEnd()
      }
    },
  }
}
