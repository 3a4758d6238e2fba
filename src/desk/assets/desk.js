/** Small comforts: every page works without them. */

document.querySelector('[data-takes-focus]')?.focus()

// On a phone the navigation is wider than the window.
document.querySelector('.nav [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' })

// The browser's own error bubbles are off (novalidate): the server words all mistakes at once, in Vietnamese.

for (const input of document.querySelectorAll('input[type="password"]')) {
  const { showPassword, hidePassword } = document.body.dataset
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'reveal'
  button.textContent = showPassword
  button.setAttribute('aria-controls', input.id)
  button.addEventListener('click', () => {
    const isHidden = input.type === 'password'
    input.type = isHidden ? 'text' : 'password'
    button.textContent = isHidden ? hidePassword : showPassword
  })
  const frame = document.createElement('div')
  frame.className = 'with-reveal'
  input.replaceWith(frame)
  frame.append(input, button)
  // Never leave the page with a password readable, or offered by the browser as text typed before.
  input.form?.addEventListener('submit', () => {
    input.type = 'password'
  })
  if (input.autofocus) input.focus()
}

// A second click while the first is on its way would send the form twice.
document.addEventListener('submit', (event) => {
  const form = event.target
  if (form.method !== 'post') return
  if (form.dataset.sent) event.preventDefault()
  form.dataset.sent = 'yes'
})
// Back from the next page: the form may be sent again.
addEventListener('pageshow', () => {
  for (const form of document.forms) delete form.dataset.sent
})
