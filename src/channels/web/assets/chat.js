import { connectionBanner } from './banner.js'
import { botBubble, markChosen, ownBubble, showState } from './bubbles.js'
import { listen } from './events.js'
import { followEnd } from './follow.js'
import { Outbox } from './outbox.js'
import { currentSession, sessionKey, startSession } from './session.js'

const { texts, maxTextChars } = JSON.parse(document.getElementById('settings').textContent)
const [
  live,
  log,
  scroller,
  typing,
  status,
  banner,
  newest,
  suggestions,
  composer,
  input,
  counter,
  clear,
  dialog,
] = [
  'live',
  'log',
  'scroller',
  'typing',
  'status',
  'banner',
  'newest',
  'suggestions',
  'composer',
  'message',
  'counter',
  'clear',
  'clear-dialog',
].map((id) => document.getElementById(id))

const connection = connectionBanner(banner, texts)
const view = followEnd(scroller, log, newest)

/** Bubbles by message id, so that a line that comes twice (from here and from the server) stands once. */
let shown = new Map()
let outbox
let stopListening = () => {}
let isReplaying = true

function openConversation(sessionId) {
  stopListening()
  outbox?.close()
  shown = new Map()
  log.replaceChildren()
  isReplaying = true
  live.setAttribute('aria-busy', 'true')
  outbox = new Outbox(sessionId, onState)
  stopListening = listen(sessionId, { bot: onBot, own: onOwn, ready: onReady, lost: connection.lost })
}

/* What comes from the server */

function onBot(message) {
  if (shown.has(message.id)) return
  waitForAnswer(false)
  place(message.id, botBubble(message, texts, onChoice))
}

/** The person's own line: from an earlier visit, from another tab, or the echo of what was just sent here. */
function onOwn({ id, text, choice }) {
  if (shown.has(id)) return
  const button = choice === undefined ? undefined : buttonOf(choice)
  if (button) markChosen(button, texts)
  place(id, ownBubble(text ?? button?.dataset.label ?? texts.tapped, texts))
}

function onReady() {
  // Lines that never reached the server stand below all that did.
  for (const { id, text, choice } of outbox.unsent()) onOwn({ id, text, choice })
  if (isReplaying) {
    isReplaying = false
    if (shown.size > 0) view.toEnd()
    else view.toStart()
    // Only from here on are new lines read out; the history is there to be read, not to be recited.
    requestAnimationFrame(() => live.setAttribute('aria-busy', 'false'))
  }
  suggestions.hidden = shown.size > 0
  connection.back()
  outbox.flush()
}

/* What the person does */

function say(content, label) {
  const { id } = outbox.add(content)
  suggestions.hidden = true
  place(id, ownBubble(label, texts))
  view.toEnd()
  outbox.flush()
}

function onChoice(button) {
  markChosen(button, texts)
  say({ choice: button.dataset.choice }, button.dataset.label)
}

function onState(id, state, reason) {
  const item = shown.get(id)
  if (item) showState(item, state, reason, texts)
  if (state === 'sent') waitForAnswer(item === log.lastElementChild)
}

composer.addEventListener('submit', (event) => {
  event.preventDefault()
  const text = input.value.trim()
  if (text === '' || text.normalize('NFC').length > maxTextChars) return input.focus()
  input.value = ''
  onInput()
  say({ text }, text)
  input.focus()
})

input.addEventListener('keydown', (event) => {
  // While an input method is still composing a word, Enter belongs to it.
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return
  event.preventDefault()
  composer.requestSubmit()
})

input.addEventListener('input', onInput)

function onInput() {
  const left = maxTextChars - input.value.trim().normalize('NFC').length
  const words = left < 0 ? texts.charactersOver : left <= maxTextChars / 10 ? texts.charactersLeft : ''
  counter.textContent = words.replace('{count}', Math.abs(left).toLocaleString('vi-VN'))
  counter.classList.toggle('over', left < 0)
  input.setAttribute('aria-invalid', String(left < 0))
  input.style.height = 'auto'
  input.style.height = `${input.scrollHeight}px`
}

for (const button of suggestions.querySelectorAll('button')) {
  button.addEventListener('click', () => {
    say({ text: button.dataset.text }, button.dataset.text)
    input.focus()
  })
}

clear.addEventListener('click', () => {
  dialog.returnValue = ''
  dialog.showModal()
})

dialog.addEventListener('close', () => {
  if (dialog.returnValue !== 'yes') return clear.focus()
  outbox.discard()
  waitForAnswer(false)
  openConversation(startSession())
  connection.say(texts.cleared)
  input.focus()
})

/* Another tab cleared the conversation or began one: follow it. */
addEventListener('storage', (event) => {
  if (event.key === sessionKey && event.newValue) openConversation(currentSession())
})

/* In a frame on another site Escape gives the keyboard back to that site. */
addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && !dialog.open && parent !== window) parent.postMessage('motcua:close', '*')
})

/* How it stands on the screen */

function place(id, item) {
  shown.set(id, item)
  log.append(item)
  if (isReplaying) return
  suggestions.hidden = true
  view.added(item)
}

function buttonOf(choice) {
  return [...log.querySelectorAll('button[data-choice]')].findLast(
    (button) => button.dataset.choice === choice,
  )
}

newest.addEventListener('click', () => {
  view.toEnd()
  input.focus()
})

let typingTimer
function waitForAnswer(isWaiting) {
  clearTimeout(typingTimer)
  typing.hidden = !isWaiting
  status.textContent = isWaiting ? texts.typing : ''
  if (!isWaiting) return
  // Should no answer come, the sign does not promise one for ever.
  typingTimer = setTimeout(() => waitForAnswer(false), 20_000)
}

addEventListener('offline', connection.lost)
addEventListener('online', () => outbox.flush())

openConversation(currentSession())
