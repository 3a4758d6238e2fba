import { canOpen, sizeInWords, splitBlocks, splitLinks } from './text.js'

/** Builds what stands in the conversation. Message text only ever becomes text nodes. */

export function botBubble(message, texts, onChoice) {
  const item = bubble('from-bot', texts.bot)
  if (message.isSecret) item.dataset.secret = ''
  item.lastChild.append(...(message.text === '' ? [] : blocks(message.text, texts)))
  for (const attachment of message.attachments ?? []) {
    if (canOpen(attachment.url))
      item.lastChild.append(element('p', {}, link(attachment.url, attachment.name, texts)))
  }
  if (message.buttons?.length) {
    item.append(
      element(
        'div',
        { className: 'buttons' },
        ...message.buttons.map((button) => toButton(button, texts, onChoice)),
      ),
    )
  }
  return item
}

export function ownBubble(text, texts) {
  const item = bubble('from-person', texts.you)
  item.lastChild.append(...blocks(text, texts))
  item.append(element('p', { className: 'state', hidden: true }))
  return item
}

/** Files on their way: names, sizes, how far they are, and a way back. */
export function uploadBubble(text, files, texts, onCancel) {
  const item = ownBubble(text, texts)
  item
    .querySelector('.bubble')
    .append(
      element(
        'ul',
        { className: 'files' },
        ...files.map((file) => element('li', { className: 'file-line' }, ...fileLabel(file))),
      ),
    )
  const cancel = element('button', { type: 'button', className: 'button' }, texts.cancelUpload)
  cancel.addEventListener('click', onCancel)
  const progress = element('progress', { max: 1, value: 0, ariaLabel: texts.uploading })
  item.append(element('div', { className: 'upload' }, progress, cancel))
  return item
}

export function showProgress(item, part) {
  const progress = item.querySelector('progress')
  if (progress) progress.value = part
}

/** The files have arrived or never will; from now on the line says what it will say after a reload. */
export function endUpload(item, words, texts) {
  item.querySelector('.upload')?.remove()
  if (words) item.querySelector('.bubble').replaceChildren(...blocks(words, texts))
}

/** Name and size. A picture is not shown: over a shoulder it says more than its name. */
export function fileLabel({ name, size }) {
  return [
    element('span', { className: 'file-name' }, name),
    element('span', { className: 'file-size' }, sizeInWords(size)),
  ]
}

/** In the place of what was said and is not to be seen any more. */
export function forgottenLine(texts) {
  return element('li', { className: 'forgotten' }, texts.forgotten)
}

/** 'sending' shows nothing new: most messages are taken before one could read it, and one that waits still waits. */
export function showState(item, state, reason, texts) {
  if (state === 'sending') return
  const line = item.querySelector('.state')
  item.dataset.state = state
  line.hidden = state !== 'waiting' && state !== 'refused'
  line.textContent = line.hidden
    ? ''
    : state === 'waiting'
      ? texts.waiting
      : `${texts.refused}: ${reason ?? ''}`
}

/** The buttons stay and can be used again; the one chosen last is marked. */
export function markChosen(button, texts) {
  for (const other of button.parentElement.querySelectorAll('.chosen')) {
    other.classList.remove('chosen')
    other.querySelector('.visually-hidden')?.remove()
  }
  button.classList.add('chosen')
  button.append(element('span', { className: 'visually-hidden' }, ` (${texts.chosen})`))
}

function bubble(className, author) {
  return element(
    'li',
    { className },
    element('span', { className: 'visually-hidden' }, `${author}: `),
    element('div', { className: 'bubble' }),
  )
}

function toButton({ label, choice, url }, texts, onChoice) {
  if (url !== undefined) {
    const anchor = canOpen(url) ? link(url, label, texts) : element('span', {}, label)
    anchor.classList.add('button', 'leads-away')
    return anchor
  }
  const button = element('button', { type: 'button', className: 'button' }, element('span', {}, label))
  button.dataset.choice = choice
  button.dataset.label = label
  button.addEventListener('click', (event) => {
    // The second half of a double click.
    if (event.detail < 2) onChoice(button)
  })
  return button
}

function blocks(text, texts) {
  return splitBlocks(text).map(({ kind, lines }) =>
    kind === 'list'
      ? element('ul', {}, ...lines.map((line) => element('li', {}, ...inline(line, texts))))
      : element(
          'p',
          {},
          ...lines.flatMap((line, n) => [
            ...(n ? [document.createElement('br')] : []),
            ...inline(line, texts),
          ]),
        ),
  )
}

function inline(line, texts) {
  return splitLinks(line).map((part) => (part.url ? link(part.url, part.url, texts) : part.text))
}

function link(url, label, texts) {
  return element(
    'a',
    { href: url, target: '_blank', rel: 'noopener noreferrer' },
    element('span', {}, label ?? url),
    element('span', { className: 'visually-hidden' }, ` (${texts.newTab})`),
  )
}

export function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties)
  made.append(...children)
  return made
}
