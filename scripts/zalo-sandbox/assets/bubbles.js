/** One message of the chat as an element. `act` is told what the person does in it. */
export function drawBubble(bubble, { t, act, rated, timeOf }) {
  const item = element('li', { className: `bubble ${bubble.from}` })
  const body = element('div', { className: 'body' })
  if (bubble.image) body.append(...imageOf(bubble.image, t))
  if (bubble.text) body.append(element('div', { textContent: bubble.text }))
  if (bubble.location) body.append(locationOf(bubble.location, t))
  if (bubble.file) body.append(fileOf(bubble.file, t))
  if (bubble.audio) body.append(element('div', { textContent: t('audio') }))
  if (bubble.template) body.append(...templateOf(bubble, { t, act, rated }))
  if (bubble.infoForm) body.append(...infoFormOf(bubble.infoForm, { t, act }))
  item.append(body)
  if (bubble.buttons.length > 0) item.append(choicesOf(bubble, { t, act }))
  const who = { person: t('you'), oa: t('oa'), officer: t('officer-says') }[bubble.from]
  const facts = [who, timeOf(bubble.at), bubble.charge ? costOf(bubble.charge, t) : '', bubble.reaction ?? '']
  item.append(element('div', { className: 'meta', textContent: facts.filter(Boolean).join(' · ') }))
  return item
}

export function costOf({ kind, vnd }, t) {
  if (kind === 'free') return t('free')
  return kind === 'package' ? t('in-package') : t('vnd', { vnd })
}

export function element(name, properties = {}, attributes = {}) {
  const made = Object.assign(document.createElement(name), properties)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  return made
}

function imageOf({ url, kind }, t) {
  const name = kind === 'sticker' ? t('sticker-alt') : t('image-alt')
  // A sticker has no picture here; its name says enough.
  if (!url || kind === 'sticker') return [element('div', { textContent: `[${name}]` })]
  return [element('img', { src: url, alt: name })]
}

function fileOf({ name, url }, t) {
  const words = `${t('file')}: ${name}`
  if (!url) return element('div', { textContent: words })
  return element('a', { href: url, textContent: words, target: '_blank', rel: 'noreferrer' })
}

const locationOf = ({ latitude, longitude }, t) =>
  element('div', { textContent: `${t('location')}: ${latitude}, ${longitude}` })

function choicesOf({ buttons, messageId }, { t, act }) {
  const list = element('div', { className: 'choices' })
  for (const [index, { title, type, payload }] of buttons.entries()) {
    if (type === 'oa.open.url') {
      const link = { href: payload.url, textContent: title, className: 'choice', target: '_blank' }
      list.append(element('a', { ...link, rel: 'noreferrer' }))
      continue
    }
    const button = element('button', { type: 'button', textContent: title })
    button.addEventListener('click', () => {
      if (type === 'oa.open.phone')
        act({ kind: 'told', text: t('phone-button', { phone: payload.phone_code }) })
      else if (type === 'oa.open.sms')
        act({ kind: 'told', text: t('sms-button', { phone: payload.phone_code }) })
      else act({ kind: 'tap', messageId, index })
    })
    list.append(button)
  }
  return list
}

function templateOf({ template, messageId }, { t, act, rated }) {
  const facts = Object.entries(template.data).map(([key, value]) =>
    element('div', { textContent: `${key}: ${value}` }),
  )
  if (!template.isRating) return facts
  facts.unshift(element('div', { textContent: t('rating-asked') }))
  const given = rated[messageId]
  if (given) return [...facts, element('div', { textContent: t('rated', { count: given }) })]
  const stars = element('div', { className: 'row' }, { role: 'group', 'aria-label': t('rate') })
  for (const rate of [1, 2, 3, 4, 5]) {
    const star = element('button', { type: 'button', textContent: t('stars', { count: rate }) })
    star.addEventListener('click', () => act({ kind: 'rate', messageId, rate }))
    stars.append(star)
  }
  return [...facts, stars]
}

function infoFormOf({ title, subtitle }, { t, act }) {
  const form = element('form', { className: 'info' })
  for (const name of ['name', 'phone', 'ward', 'address']) {
    const label = element('label')
    label.append(element('span', { textContent: t(`info-${name}`) }), element('input', { name }))
    form.append(label)
  }
  form.append(element('button', { type: 'submit', textContent: t('info-send') }))
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    act({ kind: 'info', ...Object.fromEntries(new FormData(form)) })
  })
  return [element('strong', { textContent: title }), element('div', { textContent: subtitle }), form]
}
