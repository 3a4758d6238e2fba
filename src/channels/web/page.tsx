import type { Texts } from '../../lib/texts.ts'
import type { WebLimits } from './limits.ts'
import type { WebTexts } from './page-texts.ts'
import { sizeInWords } from './refuse.ts'

/** Who the page speaks for. */
export interface Branding {
  /** Official name of the office, as it stands on its sign. */
  name: string
  /** As people should read it, e.g. "0258 3822 123"; shown as a link that dials. */
  hotline?: string
}

export interface PageParts {
  branding: Branding
  texts: Texts<WebTexts>
  limits: Pick<WebLimits, 'maxTextChars' | 'maxFiles' | 'maxFileBytes'>
  takesFiles: boolean
  /** Where scripts and styles are, without a slash at the end. */
  assetsUrl: string
  /** A code by which Zalo checks whose domain this is. */
  zaloVerification?: string | undefined
  /** In a frame on another site: no outer heading needed, less room. */
  isEmbedded: boolean
}

const suggestions = [1, 2, 3, 4] as const

/** The whole chat page; everything that changes later is done by `assets/chat.js`. */
export function renderPage(parts: PageParts): string {
  const { branding, texts, assetsUrl, isEmbedded, zaloVerification } = parts
  const title = texts.say('web.title', { agency: branding.name })
  return `<!doctype html>${(
    <html lang="vi">
      <head>
        <meta charset="utf-8" />
        <meta
          name="viewport"
          content="width=device-width, initial-scale=1, interactive-widget=resizes-content"
        />
        <meta name="color-scheme" content="light dark" />
        <meta name="theme-color" content="#0b4a52" />
        <meta name="referrer" content="no-referrer" />
        {zaloVerification ? (
          <meta name="zalo-platform-site-verification" content={zaloVerification} />
        ) : undefined}
        <title safe>{title}</title>
        <meta name="description" content={texts.say('web.welcome-more', { agency: branding.name })} />
        <link rel="icon" href={`${assetsUrl}/icon.svg`} type="image/svg+xml" />
        <link rel="stylesheet" href={`${assetsUrl}/chat.css`} />
        <script type="application/json" id="settings">
          {settingsJson(parts) as 'safe'}
        </script>
        <script type="module" src={`${assetsUrl}/chat.js`}></script>
      </head>
      <body class={isEmbedded ? 'embedded' : undefined}>
        <a class="skip" href="#message" safe>
          {texts.say('web.skip')}
        </a>
        <Header {...parts} />
        <p id="banner" class="banner" role="status"></p>
        <main>
          <section id="scroller" class="scroller" aria-label={texts.say('web.log')} tabindex="0">
            <div class="column">
              <Welcome {...parts} />
              <div id="live" role="log" aria-label={texts.say('web.log')} aria-busy="true">
                <ol id="log" class="log"></ol>
              </div>
              <p id="typing" class="typing" aria-hidden="true" hidden>
                <i></i>
                <i></i>
                <i></i>
              </p>
              <p id="status" class="visually-hidden" role="status"></p>
            </div>
          </section>
          <button type="button" id="newest" class="newest" hidden>
            <Icon path="M12 5v14m-6-6 6 6 6-6" />
            <span safe>{texts.say('web.newest')}</span>
          </button>
        </main>
        <Composer {...parts} />
        <ClearDialog {...parts} />
      </body>
    </html>
  )}`
}

function Header({ branding, texts, assetsUrl }: PageParts) {
  const { hotline } = branding
  return (
    <header class="top">
      <div class="top-row">
        <img class="emblem" src={`${assetsUrl}/icon.svg`} alt="" width="44" height="44" />
        <div class="names">
          <h1 safe>{texts.say('web.role')}</h1>
          <p class="agency" safe>
            {branding.name}
          </p>
        </div>
        <div class="top-actions">
          {hotline ? (
            <a class="top-action" href={`tel:${hotline.replace(/[^\d+]/g, '')}`}>
              <Icon path="M6.5 3.5h3l1.5 4-2 1.6a12 12 0 0 0 5.9 5.9l1.6-2 4 1.5v3c0 1.1-.9 2-2 2A15.5 15.5 0 0 1 4.5 5.5c0-1.1.9-2 2-2Z" />
              <span class="visually-hidden-narrow" safe>
                {texts.say('web.hotline', { hotline })}
              </span>
            </a>
          ) : undefined}
          <button type="button" id="clear" class="top-action" aria-haspopup="dialog">
            <Icon path="M4.5 7h15M10 7V4.5h4V7m-7.5 0 .8 12.5h9.4L17.5 7M10 10.5v5.5m4-5.5v5.5" />
            <span class="visually-hidden-narrow" safe>
              {texts.say('web.clear')}
            </span>
          </button>
        </div>
      </div>
    </header>
  )
}

function Welcome({ branding, texts }: PageParts) {
  return (
    <section class="welcome" aria-labelledby="welcome">
      <h2 id="welcome" safe>
        {texts.say('web.welcome')}
      </h2>
      <p safe>{texts.say('web.welcome-more', { agency: branding.name })}</p>
      <noscript>
        <p class="no-script" safe>
          {texts.say('web.no-script')}
        </p>
      </noscript>
      <section id="suggestions" class="suggestions" aria-labelledby="suggestions-title" hidden>
        <p id="suggestions-title" class="suggestions-title" safe>
          {texts.say('web.suggestions')}
        </p>
        {suggestions.map((n) => (
          <button type="button" class="suggestion" data-text={texts.say(`web.suggestion-${n}`)}>
            <Icon path={suggestionIcons[n]} />
            <span>
              <strong safe>{texts.say(`web.suggestion-${n}`)}</strong>
              <small safe>{texts.say(`web.suggestion-${n}-more`)}</small>
            </span>
          </button>
        ))}
      </section>
    </section>
  )
}

/** A sheet, a magnifying glass, a speech bubble, a person. */
const suggestionIcons = {
  1: 'M7 3.5h7l4 4v13H7zM14 3.5v4h4M10 12h5m-5 4h5',
  2: 'M10.5 4.5a6 6 0 1 0 0 12 6 6 0 0 0 0-12Zm4.5 10.5 5 5',
  3: 'M4.5 5.5h15v10.5h-8l-4 3.5v-3.5h-3zM9 9.5h6M9 12.5h4',
  4: 'M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM4.5 20c.8-3.8 3.7-5.5 7.5-5.5s6.7 1.7 7.5 5.5',
} as const

/** What reports take as evidence; the names are for browsers that do not know a type. */
const acceptedFiles = 'image/*,.heic,.heif,application/pdf,.pdf'

function Composer({ texts, takesFiles }: PageParts) {
  return (
    <footer class="bottom">
      <form id="composer" class={takesFiles ? 'composer takes-files' : 'composer'} autocomplete="off">
        {takesFiles ? (
          <>
            <fieldset id="tray" class="tray" hidden>
              <legend class="visually-hidden" safe>
                {texts.say('web.attached')}
              </legend>
              <ul id="chosen-files" class="chosen-files"></ul>
            </fieldset>
            <p id="file-fault" class="file-fault" role="alert"></p>
            <input type="file" id="files" accept={acceptedFiles} multiple hidden />
            <button type="button" id="attach" class="attach" title={texts.say('web.attach')}>
              <Icon path="m20 11.5-8.2 8.2a5 5 0 0 1-7.1-7.1l8.5-8.5a3.3 3.3 0 0 1 4.7 4.7l-8.4 8.4a1.7 1.7 0 0 1-2.4-2.4l7.8-7.7" />
              <span class="visually-hidden" safe>
                {texts.say('web.attach')}
              </span>
            </button>
          </>
        ) : undefined}
        <label class="visually-hidden" for="message" safe>
          {texts.say('web.input')}
        </label>
        <textarea
          id="message"
          rows="1"
          enterkeyhint="send"
          placeholder={texts.say('web.placeholder')}
          aria-describedby="hint counter"
        ></textarea>
        <button type="submit" class="send">
          <Icon path="M4.5 12h14m-6-6.5 6.5 6.5-6.5 6.5" />
          <span safe>{texts.say('web.send')}</span>
        </button>
        <p id="counter" class="counter" role="status"></p>
      </form>
      <p id="hint" class="visually-hidden" safe>
        {texts.say('web.hint')}
      </p>
      <p class="notice" safe>
        {texts.say('web.notice')}
      </p>
    </footer>
  )
}

function ClearDialog({ texts }: PageParts) {
  return (
    <dialog id="clear-dialog" class="dialog" aria-labelledby="clear-title" aria-describedby="clear-text">
      <form method="dialog">
        <h2 id="clear-title" safe>
          {texts.say('web.clear-question')}
        </h2>
        <p id="clear-text" safe>
          {texts.say('web.clear-explained')}
        </p>
        <div class="dialog-buttons">
          <button type="submit" value="no" class="button" safe>
            {texts.say('web.clear-no')}
          </button>
          <button type="submit" value="yes" class="button primary" safe>
            {texts.say('web.clear-yes')}
          </button>
        </div>
      </form>
    </dialog>
  )
}

function Icon({ path }: { path: string }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">
      <path d={path} />
    </svg>
  )
}

/** Texts whose number or name is filled in by the browser keep their placeholder. */
const laterCount = '{count}'

const laterName = '{name}'

function settingsJson({ texts, limits, takesFiles }: PageParts): string {
  const { maxTextChars, maxFiles, maxFileBytes } = limits
  const settings = {
    maxTextChars,
    ...(takesFiles ? { files: { maxFiles, maxFileBytes } } : {}),
    texts: {
      you: texts.say('web.you'),
      bot: texts.say('web.bot'),
      chosen: texts.say('web.chosen'),
      typing: texts.say('web.typing'),
      tapped: texts.say('web.tapped'),
      newTab: texts.say('web.new-tab'),
      waiting: texts.say('web.waiting'),
      refused: texts.say('web.refused'),
      offline: texts.say('web.offline'),
      reconnecting: texts.say('web.reconnecting'),
      reconnected: texts.say('web.reconnected'),
      cleared: texts.say('web.cleared'),
      forgotten: texts.say('web.forgotten'),
      detach: texts.say('web.detach', { name: laterName }),
      fileTooLarge: texts.say('web.file-too-large', { name: laterName, size: sizeInWords(maxFileBytes) }),
      fileEmpty: texts.say('web.file-empty', { name: laterName }),
      fileWrong: texts.say('web.file-wrong', { name: laterName }),
      filesTooMany: texts.say('web.files-too-many', { count: maxFiles }),
      sentFiles: texts.say('web.sent-files', { count: laterCount }),
      uploading: texts.say('web.uploading'),
      cancelUpload: texts.say('web.cancel-upload'),
      charactersLeft: texts.say('web.characters-left', { count: laterCount }),
      charactersOver: texts.say('web.characters-over', { count: laterCount }),
    },
  }
  // Inside a script element only "<" could end it.
  return JSON.stringify(settings).replaceAll('<', '\\u003c')
}
