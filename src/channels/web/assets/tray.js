import { element, fileLabel } from './bubbles.js'

/**
 * The files that go with the next message: chosen, looked at, taken out again. The server looks once more; this is so
 * that people learn at once what will not do.
 *
 * @param parts { attach, picker, tray, list, fault } elements of the page
 * @param limits { maxFiles, maxFileBytes }
 */
export function fileTray({ attach, picker, tray, list, fault }, limits, texts) {
  let files = []

  attach.addEventListener('click', () => picker.click())
  picker.addEventListener('change', () => {
    add([...picker.files])
    // So that the same file can be chosen again.
    picker.value = ''
  })

  function add(chosen) {
    const faults = []
    for (const file of chosen) {
      const words = faultOf(file, limits, texts)
      if (words) faults.push(words.replace('{name}', file.name))
      else files.push(file)
    }
    if (files.length > limits.maxFiles) {
      files = files.slice(0, limits.maxFiles)
      faults.push(texts.filesTooMany)
    }
    show(faults)
  }

  function show(faults = []) {
    fault.textContent = faults.join(' ')
    tray.hidden = files.length === 0
    list.replaceChildren(...files.map(toChip))
  }

  function toChip(file, n) {
    const remove = element(
      'button',
      { type: 'button', className: 'detach', title: texts.detach.replace('{name}', file.name) },
      element('span', { className: 'visually-hidden' }, texts.detach.replace('{name}', file.name)),
    )
    remove.addEventListener('click', () => {
      files.splice(n, 1)
      show()
      const others = list.querySelectorAll('button')
      ;(others[Math.min(n, others.length - 1)] ?? attach).focus()
    })
    return element('li', { className: 'chip' }, ...fileLabel(file), remove)
  }

  return {
    get isEmpty() {
      return files.length === 0
    },
    /** Gives the files and forgets them. */
    take() {
      const taken = files
      files = []
      show()
      return taken
    },
  }
}

/** Some browsers give no type for what they do not know themselves. */
const knownNames = /\.(jpe?g|png|webp|heic|heif|pdf)$/i

function faultOf({ name, type, size }, { maxFileBytes }, texts) {
  const isKnown =
    type === '' ? knownNames.test(name) : type.startsWith('image/') || type === 'application/pdf'
  if (!isKnown) return texts.fileWrong
  if (size === 0) return texts.fileEmpty
  if (size > maxFileBytes) return texts.fileTooLarge
}
