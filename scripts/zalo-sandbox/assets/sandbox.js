import { costOf, drawBubble, element } from './bubbles.js'

const texts = JSON.parse(document.getElementById('texts').textContent)
const t = (key, values = {}) => texts[key].replace(/\{(\w+)\}/g, (_, name) => String(values[name]))
const at = (id) => document.getElementById(id)
const number = (value) => value.toLocaleString('vi-VN')
const zone = { timeZone: 'Asia/Ho_Chi_Minh' }
const timeOf = (iso) =>
  new Date(iso).toLocaleString('vi-VN', {
    ...zone,
    hour: '2-digit',
    minute: '2-digit',
    day: '2-digit',
    month: '2-digit',
  })
const clockOf = (iso) => new Date(iso).toLocaleTimeString('vi-VN', { ...zone, hour12: false })

let person = ''
let drawnPerson = ''
/** Whoever says something wants to see what comes of it, wherever they had scrolled to. */
let followsChat = false
/** Message id → what stands there and what it was drawn from, so that nothing that is typed or focused is drawn anew. */
const drawn = new Map()

async function post(path, body, type = 'application/json') {
  const response = await fetch(path, { method: 'POST', headers: { 'content-type': type }, body }).catch(
    () => undefined,
  )
  at('alert').textContent = response?.ok ? '' : t('failed')
  return response?.ok ? response.json() : undefined
}

async function act(action) {
  if (action.kind === 'told') {
    at('alert').textContent = action.text
    return
  }
  followsChat = !['jump', 'trouble', 'dossier'].includes(action.kind)
  await post(`/act?person=${person}`, JSON.stringify(action))
}

async function refresh() {
  const response = await fetch(`/state?person=${person}`).catch(() => undefined)
  if (response?.ok) draw(await response.json())
}

function draw(state) {
  person = state.person.id
  at('oa-name').textContent = state.oaName
  at('window').textContent =
    `${t(state.person.follows ? 'follows' : 'follows-not')}. ${windowText(state.window)}`
  swap('follow', 'unfollow', state.person.follows)
  at('chat').hidden = state.person.hasChatted
  at('now').textContent = new Date(state.now).toLocaleString('vi-VN', {
    ...zone,
    dateStyle: 'full',
    timeStyle: 'short',
  })
  at('now').dateTime = state.now
  drawPeople(state)
  drawBubbles(state)
  drawCharges(state)
  drawDossiers(state)
  drawLog(state)
}

function windowText({ kind, hours }) {
  const key = `window-${kind}`
  return t(key, { hours })
}

/** Focus goes along, or a person at the keyboard would begin again at the top. */
function swap(shownBefore, shownAfter, isAfter) {
  const [gone, come] = isAfter ? [shownBefore, shownAfter] : [shownAfter, shownBefore]
  const hadFocus = document.activeElement === at(gone)
  at(gone).hidden = true
  at(come).hidden = false
  if (hadFocus) at(come).focus()
}

function drawPeople({ people }) {
  const select = at('people')
  if (select.options.length !== people.length)
    select.replaceChildren(
      ...people.map(({ id, name }) => element('option', { value: id, textContent: name })),
    )
  select.value = person
}

function drawBubbles({ bubbles, rated }) {
  const scroller = at('scroller')
  const isAtEnd = followsChat || scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 80
  if (drawnPerson !== person) {
    drawn.clear()
    at('bubbles').replaceChildren()
    drawnPerson = person
  }
  at('empty').hidden = bubbles.length > 0
  let hasNew = false
  for (const bubble of bubbles) {
    const source = JSON.stringify([bubble, rated[bubble.messageId]])
    const before = drawn.get(bubble.messageId)
    if (before?.source === source) continue
    const item = drawBubble(bubble, { t, act, rated, timeOf })
    if (before) before.item.replaceWith(item)
    else at('bubbles').append(item)
    drawn.set(bubble.messageId, { source, item })
    hasNew = true
  }
  if (!hasNew || !isAtEnd) return
  scroller.scrollTop = scroller.scrollHeight
  followsChat = false
}

function drawCharges({ charges, account }) {
  const vnd = charges.reduce((sum, charge) => sum + charge.vnd, 0)
  at('spent').textContent = t('spent', { count: number(charges.length), vnd: number(vnd) })
  at('balance').textContent = t('vnd', { vnd: number(account.balanceVnd) })
  at('package').textContent = number(account.packageQuota)
  at('charges').replaceChildren(
    ...charges.slice(0, 50).map((charge) => {
      const what = `${t(`what-${charge.what}`)} · ${charge.name}`
      return line(clockOf(charge.at), what, costOf(charge, t), charge.kind === 'free' ? 'good' : '')
    }),
  )
}

/** Drawn anew only when one has moved on, so that the focus stays where it is. */
function drawDossiers({ dossiers }) {
  const source = JSON.stringify(dossiers)
  if (at('dossiers').dataset.source === source) return
  at('dossiers').dataset.source = source
  at('dossiers-part').hidden = dossiers.length === 0
  at('dossiers').replaceChildren(
    ...dossiers.map(({ code, lastFour, status }) => {
      const item = element('li')
      const facts = `${t('dossier-facts', { code, lastFour })}. ${t(`dossier-${status}`)}.`
      const row = element('div', { className: 'row' })
      for (const to of { processing: ['ready', 'returned'], ready: ['returned'], returned: [] }[status]) {
        const button = element(
          'button',
          { type: 'button', textContent: t(`dossier-to-${to}`) },
          { 'aria-label': `${t(`dossier-to-${to}`)}: ${code}` },
        )
        button.addEventListener('click', () => act({ kind: 'dossier', code, to }))
        row.append(button)
      }
      item.append(element('div', { textContent: facts }), row)
      return item
    }),
  )
}

function drawLog({ log, isWebhookOn }) {
  at('webhook').textContent = t(isWebhookOn ? 'webhook-on' : 'webhook-off')
  at('webhook-again').hidden = isWebhookOn
  at('log').replaceChildren(
    ...log.map(({ at: iso, direction, what, outcome, isGood }) =>
      line(clockOf(iso), `${t(`log-${direction}`)}: ${what}`, outcome, isGood ? 'good' : 'bad'),
    ),
  )
  if (log.length === 0) at('log').replaceChildren(element('li', { textContent: t('log-empty') }))
}

function line(time, what, outcome, className) {
  const item = element('li')
  const parts = [time, what, outcome].map((textContent) => element('span', { textContent }))
  parts[2].className = `outcome ${className}`
  item.append(...parts)
  return item
}

async function write() {
  const field = at('message')
  const text = field.value.trim()
  if (!text) return
  field.value = ''
  await act({ kind: 'write', text })
}

at('composer').addEventListener('submit', (event) => {
  event.preventDefault()
  void write()
})
at('message').addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
  event.preventDefault()
  void write()
})
for (const id of ['photo', 'file']) {
  at(id).addEventListener('change', async ({ target }) => {
    const [file] = target.files
    if (!file) return
    const caption = id === 'photo' ? at('message').value.trim() : ''
    if (caption) at('message').value = ''
    const query = new URLSearchParams({ person, name: file.name, caption })
    await post(`/file?${query}`, file, file.type || 'application/octet-stream')
    target.value = ''
  })
}
at('location-toggle').addEventListener('click', ({ target }) => {
  at('location').hidden = !at('location').hidden
  target.setAttribute('aria-expanded', String(!at('location').hidden))
})
at('location').addEventListener('submit', (event) => {
  event.preventDefault()
  const { latitude, longitude } = Object.fromEntries(new FormData(event.target))
  void act({ kind: 'location', latitude: Number(latitude), longitude: Number(longitude) })
})
at('console').addEventListener('submit', (event) => {
  event.preventDefault()
  const text = at('console-text').value.trim()
  at('console-text').value = ''
  if (text) void act({ kind: 'officer', text })
})
at('people').addEventListener('change', ({ target }) => {
  person = target.value
  void refresh()
})
at('new-person').addEventListener('click', async () => {
  const made = await post('/people', '{}')
  if (made) person = made.id
  void refresh()
})
for (const button of document.querySelectorAll('[data-act]'))
  button.addEventListener('click', () => void act({ kind: button.dataset.act }))
for (const button of document.querySelectorAll('[data-jump]'))
  button.addEventListener('click', () => void act({ kind: 'jump', hours: Number(button.dataset.jump) }))
for (const button of document.querySelectorAll('[data-trouble]')) {
  button.addEventListener('click', async () => {
    await act({ kind: 'trouble', trouble: button.dataset.trouble })
    at('trouble-done').textContent = `${button.textContent}: ${t('trouble-done')}`
  })
}

new EventSource('/changes').addEventListener('message', () => void refresh())
await refresh()
