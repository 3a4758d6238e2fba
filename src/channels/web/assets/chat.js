import { connectionBanner } from './banner.js'
import {
  botBubble,
  endUpload,
  forgottenLine,
  markChosen,
  ownBubble,
  showProgress,
  showState,
  uploadBubble,
} from './bubbles.js'
import { listen } from './events.js'
import { followEnd } from './follow.js'
import { Outbox } from './outbox.js'
import { currentSession, sessionKey, startSession } from './session.js'
import { fileTray } from './tray.js'

const { texts, maxTextChars, files: fileLimits } = JSON.parse(document.getElementById('settings').textContent)
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

const byId = (id) => document.getElementById(id)
const tray = fileLimits
  ? fileTray(
      {
        attach: byId('attach'),
        picker: byId('files'),
        tray: byId('tray'),
        list: byId('chosen-files'),
        fault: byId('file-fault'),
      },
      fileLimits,
      texts,
    )
  : undefined
const connection = connectionBanner(banner, texts)
const view = followEnd(scroller, log, newest)

/** Bubbles by message id, so that a line that comes twice (from here and from the server) stands once. */
let shown = new Map()
/** Ids of what was on its way when the conversation was forgotten: shown again only if the server says so. */
let unheard = new Set()
let outbox
let stopListening = () => {}
let isReplaying = true

function openConversation(sessionId) {
  stopListening()
  outbox?.close()
  shown = new Map()
  unheard = new Set()
  log.replaceChildren()
  isReplaying = true
  live.setAttribute('aria-busy', 'true')
  outbox = new Outbox(sessionId, onState, onProgress)
  const { lost } = connection
  stopListening = listen(sessionId, { bot: onBot, own: onOwn, clear: onClear, ready: onReady, lost })
}

/* What comes from the server */

function onBot(message) {
  if (shown.has(message.id)) return
  waitForAnswer(false)
  if (message.isSecret) forget([...shown.keys()])
  place(message.id, botBubble(message, texts, onChoice))
}

/** The person's own line: from an earlier visit, from another tab, or the echo of what was just sent here. */
function onOwn({ id, text, choice }) {
  if (shown.has(id)) return
  const button = choice === undefined ? undefined : buttonOf(choice)
  if (button) markChosen(button, texts)
  place(id, ownBubble(text ?? button?.dataset.label ?? texts.tapped, texts))
}

/**
 * The server keeps what was said no longer, so neither does the page; only a receipt stays until the page is left, as it
 * is shown nowhere else.
 */
function onClear() {
  forget([...shown.keys()].filter((id) => !('secret' in shown.get(id).dataset)))
}

function forget(ids) {
  for (const { id } of outbox.unsent()) unheard.add(id)
  for (const id of ids) {
    shown.get(id).remove()
    shown.delete(id)
  }
  if (ids.length > 0 && !log.querySelector('.forgotten')) log.prepend(forgottenLine(texts))
}

function onReady() {
  // Lines that never reached the server stand below all that did.
  for (const { id, text, choice } of outbox.unsent()) if (!unheard.has(id)) onOwn({ id, text, choice })
  if (isReplaying) {
    isReplaying = false
    if (shown.size > 0) view.toEnd()
    else view.toStart()
    // Only from here on are new lines read out; the history is there to be read, not to be recited.
    requestAnimationFrame(() => live.setAttribute('aria-busy', 'false'))
  }
  suggestions.hidden = shown.size > 0
  connection.back()
  askAboutSlip()
  outbox.flush()
}

/** The code on a slip was scanned (`/?d=…`): said once, then the address forgets it. */
function askAboutSlip() {
  const slip = new URLSearchParams(location.search).get('d')
  if (slip === null) return
  history.replaceState(null, '', location.pathname)
  if (/^[A-Za-z0-9_-]{22}$/.test(slip)) say({ choice: `d:s:${slip}` }, texts.tapped)
}

/* What the person does */

function say(content, label) {
  const { id } = outbox.add(content)
  suggestions.hidden = true
  place(id, ownBubble(label, texts))
  view.toEnd()
  outbox.flush()
}

function sendFiles(files, text) {
  const { id } = outbox.addFiles(files, text === '' ? {} : { text })
  suggestions.hidden = true
  const cancel = () => {
    outbox.cancelFiles(id)
    shown.get(id)?.remove()
    shown.delete(id)
    input.focus()
  }
  const item = uploadBubble(text, files, texts, cancel)
  const sent = texts.sentFiles.replace('{count}', files.length)
  item.dataset.sent = text === '' ? sent : `${text}\n${sent}`
  place(id, item)
  view.toEnd()
  outbox.flush()
}

function onProgress(id, part) {
  const item = shown.get(id)
  if (item) showProgress(item, part)
}

function onChoice(button) {
  markChosen(button, texts)
  say({ choice: button.dataset.choice }, button.dataset.label)
}

function onState(id, state, reason) {
  const item = shown.get(id)
  if (item) showState(item, state, reason, texts)
  if (item?.dataset.sent && (state === 'sent' || state === 'refused')) {
    endUpload(item, state === 'sent' ? item.dataset.sent : '', texts)
  }
  if (state === 'sent') waitForAnswer(item === log.lastElementChild)
}

composer.addEventListener('submit', (event) => {
  event.preventDefault()
  const text = input.value.trim()
  const hasFiles = tray !== undefined && !tray.isEmpty
  if ((text === '' && !hasFiles) || text.normalize('NFC').length > maxTextChars) return input.focus()
  input.value = ''
  onInput()
  if (hasFiles) sendFiles(tray.take(), text)
  else say({ text }, text)
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
  tray?.take()
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

/* Files that have not been sent live in this page only. */
addEventListener('beforeunload', (event) => {
  if (outbox.hasFiles) event.preventDefault()
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
