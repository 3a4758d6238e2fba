/**
 * Puts a button at the lower right corner of any page, which opens the chat in a frame:
 * <script src="https://chat.example.gov.vn/widget.js" async></script>
 * The server makes a plain script of this file and adds the call of the function with its words. Only style properties are set, so that it works under a
 * content security policy without inline styles.
 */
export function placeChatButton(script, words) {
  const origin = new URL(script.src).origin
  const button = document.createElement('button')
  const frame = document.createElement('iframe')
  let isOpen = false

  Object.assign(button.style, {
    position: 'fixed',
    right: '16px',
    bottom: '16px',
    zIndex: '2147483000',
    minHeight: '48px',
    padding: '12px 20px',
    border: '2px solid #ffffff',
    borderRadius: '24px',
    background: '#0f6570',
    color: '#ffffff',
    font: '600 16px/1.2 system-ui, sans-serif',
    boxShadow: '0 4px 16px rgb(0 0 0 / 25%)',
    cursor: 'pointer',
  })
  Object.assign(frame.style, {
    position: 'fixed',
    right: '16px',
    bottom: '80px',
    zIndex: '2147483000',
    width: 'min(400px, calc(100vw - 32px))',
    height: 'min(640px, calc(100vh - 112px))',
    border: '1px solid #b9c9cb',
    borderRadius: '16px',
    background: '#ffffff',
    boxShadow: '0 8px 32px rgb(0 0 0 / 25%)',
    display: 'none',
  })
  button.type = 'button'
  frame.title = words.open

  function show(open) {
    isOpen = open
    // The chat is fetched only when somebody wants it.
    if (open && !frame.src) frame.src = `${origin}/?embed=1`
    frame.style.display = open ? 'block' : 'none'
    button.textContent = open ? words.close : words.open
    button.setAttribute('aria-expanded', String(open))
    if (open) frame.focus()
  }

  button.addEventListener('click', () => show(!isOpen))
  addEventListener('message', (event) => {
    if (event.origin !== origin || event.source !== frame.contentWindow || event.data !== 'motcua:close')
      return
    show(false)
    button.focus()
  })
  show(false)
  document.body.append(frame, button)
}
