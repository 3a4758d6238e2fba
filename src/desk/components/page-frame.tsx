import type { Texts } from '../../lib/texts.ts'
import type { Markup, NavItem } from '../desk-page.ts'
import type { DeskTexts } from '../desk-texts.ts'
import { PostForm } from './form.tsx'
import { Icon, icons } from './icon.tsx'

export interface FrameParts {
  texts: Texts<DeskTexts>
  /** Official name of the office. */
  agencyName: string
  /** Gives the address of an asset, which changes with its content. */
  assetUrl: (name: string) => string
  title: string
  body: Markup
  hasOwnHeading?: boolean
  notice?: string | undefined
  /** Absent before the sign-in is complete: then a single card without navigation. */
  officer?: { name: string; formToken: string; nav: readonly NavItem[]; path: string } | undefined
  /** A sign-in that is under way can be left. */
  leaveToken?: string | undefined
  refreshTo?: string
}

/**
 * htmx without what a strict policy forbids or what would keep pages in the browser after signing out. A refused form
 * (422) is shown like any other page.
 */
const htmxConfig = JSON.stringify({
  includeIndicatorStyles: false,
  allowEval: false,
  allowScriptTags: false,
  selfRequestsOnly: true,
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
  scrollBehavior: 'auto',
})

/** The whole document around a page of the desk. */
export function renderFrame(parts: FrameParts): string {
  const { texts, assetUrl, officer, refreshTo } = parts
  return `<!doctype html>${(
    <html lang="vi">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="theme-color" content="#0b4a52" />
        <meta name="robots" content="noindex" />
        <meta name="htmx-config" content={htmxConfig} />
        {refreshTo ? <meta http-equiv="refresh" content={`0;url=${refreshTo}`} /> : ''}
        <title safe>{texts.say('desk.title', { page: parts.title })}</title>
        <link rel="icon" href={assetUrl('icon.svg')} type="image/svg+xml" />
        <link rel="stylesheet" href={assetUrl('desk.css')} />
        <script src={assetUrl('htmx.js')} defer></script>
        <script type="module" src={assetUrl('desk.js')}></script>
      </head>
      <body
        class={officer ? 'working' : 'signing-in'}
        data-show-password={texts.say('desk.form.show-password')}
        data-hide-password={texts.say('desk.form.hide-password')}
      >
        <a class="skip" href="#main" safe>
          {texts.say('desk.skip')}
        </a>
        <Top {...parts} />
        <div class="work">
          {officer ? <Navigation {...parts} /> : ''}
          <main id="main" tabindex="-1">
            {parts.notice ? (
              <p class="notice" role="status" safe>
                {parts.notice}
              </p>
            ) : (
              ''
            )}
            {parts.hasOwnHeading ? '' : <h1 safe>{parts.title}</h1>}
            {parts.body as 'safe'}
          </main>
        </div>
      </body>
    </html>
  )}`
}

function Top({ texts, agencyName, assetUrl, officer, leaveToken }: FrameParts) {
  const formToken = officer?.formToken ?? leaveToken
  return (
    <header class="top">
      <div class="top-row">
        <a class="brand" href="/desk">
          <img src={assetUrl('icon.svg')} alt="" width="44" height="44" />
          <span class="names">
            <strong safe>{texts.say('desk.name')}</strong>
            <span class="agency" safe>
              {agencyName}
            </span>
          </span>
        </a>
        {officer ? (
          <a class="top-action me" href="/desk/account" title={texts.say('desk.nav-account')}>
            <Icon path={icons.person} />
            <span class="visually-hidden" safe>{`${texts.say('desk.signed-in-as')}: `}</span>
            <span class="hidden-narrow" safe>
              {officer.name}
            </span>
          </a>
        ) : (
          ''
        )}
        {formToken ? (
          <PostForm action="/desk/sign-out" formToken={formToken}>
            <button type="submit" class="top-action">
              <Icon path={icons.leave} />
              <span class="hidden-narrow" safe>
                {texts.say('desk.sign-out')}
              </span>
            </button>
          </PostForm>
        ) : (
          ''
        )}
      </div>
    </header>
  )
}

function Navigation({ texts, officer }: FrameParts) {
  const { nav, path } = officer!
  // The longest address that the current one starts with; every address starts with that of the first page.
  const current = nav
    .filter(({ href }) => path === href || (href !== '/desk' && path.startsWith(`${href}/`)))
    .sort((a, b) => b.href.length - a.href.length)[0]
  return (
    <nav class="nav" aria-label={texts.say('desk.nav')}>
      <ul>
        {nav.map((item) => (
          <li>
            <a href={item.href} aria-current={item === current ? 'page' : undefined}>
              <Icon path={item.icon} />
              <span safe>{item.label}</span>
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}
