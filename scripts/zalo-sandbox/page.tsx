import { pageKeys, type SandboxTexts } from './texts.ts'

/** The frame of the page; what happens in it is done by `assets/sandbox.js`. */
export function renderPage(texts: SandboxTexts): string {
  const t = (key: Short<(typeof pageKeys)[number]>) => texts.say(`zalo-sandbox.${key}`)
  return `<!doctype html>${(
    <html lang="vi">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title safe>{t('title')}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/sandbox.css" />
        <script type="application/json" id="texts">
          {textsJson(texts) as 'safe'}
        </script>
        <script type="module" src="/sandbox.js"></script>
      </head>
      <body>
        <a class="skip" href="#message" safe>
          {t('skip')}
        </a>
        <header class="top">
          <h1 safe>{t('title')}</h1>
          <p safe>{t('notice')}</p>
          <p id="alert" role="alert"></p>
        </header>
        <main>
          <section class="phone" aria-label={t('phone')}>
            <header>
              <h2 id="oa-name" safe>
                {t('oa')}
              </h2>
              <p id="window"></p>
              <div class="row">
                <button type="button" id="follow" data-act="follow" safe>
                  {t('follow')}
                </button>
                <button type="button" id="unfollow" data-act="unfollow" hidden safe>
                  {t('unfollow')}
                </button>
                <button type="button" id="chat" data-act="chat" safe>
                  {t('click-chat')}
                </button>
              </div>
            </header>
            <div id="scroller" class="scroller" role="log" aria-label={t('chat')} tabindex="0">
              <p id="empty" class="empty" safe>
                {t('empty')}
              </p>
              <ol id="bubbles"></ol>
            </div>
            <form id="composer">
              <label class="only-heard" for="message" safe>
                {t('message')}
              </label>
              <textarea id="message" rows="1" maxlength="10000" placeholder={t('placeholder')}></textarea>
              <button type="submit" class="main" safe>
                {t('send')}
              </button>
            </form>
            <fieldset class="attach">
              <legend class="only-heard" safe>
                {t('attach')}
              </legend>
              <label class="pick">
                <input type="file" id="photo" accept="image/jpeg,image/png" />
                <span safe>{t('photo')}</span>
              </label>
              <label class="pick">
                <input type="file" id="file" />
                <span safe>{t('file')}</span>
              </label>
              <button type="button" id="location-toggle" aria-expanded="false" aria-controls="location" safe>
                {t('location')}
              </button>
              <button type="button" data-act="sticker" safe>
                {t('sticker')}
              </button>
              <button type="button" data-act="audio" safe>
                {t('audio')}
              </button>
            </fieldset>
            <form id="location" class="place" hidden>
              <label>
                <span safe>{t('latitude')}</span>
                <input name="latitude" inputmode="decimal" value="12.2451" required />
              </label>
              <label>
                <span safe>{t('longitude')}</span>
                <input name="longitude" inputmode="decimal" value="109.1943" required />
              </label>
              <button type="submit" safe>
                {t('send-location')}
              </button>
            </form>
          </section>
          <div class="panel">
            <section>
              <h2 safe>{t('person')}</h2>
              <div class="row">
                <select id="people" aria-label={t('person')}></select>
                <button type="button" id="new-person" safe>
                  {t('new-person')}
                </button>
                <button type="button" data-act="withdraw" safe>
                  {t('withdraw')}
                </button>
              </div>
            </section>
            <section>
              <h2 safe>{t('time')}</h2>
              <p>
                <time id="now"></time>
              </p>
              <div class="row">
                <button type="button" data-jump="1" safe>
                  {t('jump-hour')}
                </button>
                <button type="button" data-jump="24" safe>
                  {t('jump-day')}
                </button>
                <button type="button" data-jump="48" safe>
                  {t('jump-48')}
                </button>
                <button type="button" data-jump="168" safe>
                  {t('jump-7d')}
                </button>
              </div>
              <p class="help" safe>
                {t('time-help')}
              </p>
            </section>
            <section id="dossiers-part" hidden>
              <h2 safe>{t('dossiers')}</h2>
              <ul id="dossiers"></ul>
              <p class="help" safe>
                {t('dossiers-help')}
              </p>
            </section>
            <section>
              <h2 safe>{t('console')}</h2>
              <form id="console">
                <label class="only-heard" for="console-text" safe>
                  {t('message')}
                </label>
                <textarea id="console-text" rows="2" required></textarea>
                <button type="submit" safe>
                  {t('console-send')}
                </button>
              </form>
              <p class="help" safe>
                {t('console-help')}
              </p>
            </section>
            <section>
              <h2 safe>{t('trouble')}</h2>
              <div class="row">
                {(['500', 'timeout', 'rate', 'token', 'buttons'] as const).map((trouble) => (
                  <button type="button" data-trouble={trouble} safe>
                    {t(`trouble-${trouble}`)}
                  </button>
                ))}
              </div>
              <p class="help" role="status" id="trouble-done"></p>
            </section>
            <section>
              <h2 safe>{t('cost')}</h2>
              <p id="spent"></p>
              <dl class="facts">
                <dt safe>{t('balance')}</dt>
                <dd id="balance"></dd>
                <dt safe>{t('package')}</dt>
                <dd id="package"></dd>
              </dl>
              <section class="lines" aria-label={t('cost')} tabindex="0">
                <ol id="charges"></ol>
              </section>
            </section>
            <section>
              <h2 safe>{t('log')}</h2>
              <div class="row">
                <p id="webhook"></p>
                <button type="button" id="webhook-again" data-act="webhook" hidden safe>
                  {t('webhook-again')}
                </button>
              </div>
              <section class="lines" aria-label={t('log')} tabindex="0">
                <ol id="log"></ol>
              </section>
            </section>
          </div>
        </main>
      </body>
    </html>
  )}`
}

type Short<Key extends string> = Key extends `zalo-sandbox.${infer Rest}` ? Rest : never

/** With the places of values left open, as `{hours}`; the script fills them. */
function textsJson(texts: SandboxTexts): string {
  const open = {
    'window-free': texts.say('zalo-sandbox.window-free', { hours: '{hours}' }),
    'window-paid': texts.say('zalo-sandbox.window-paid', { hours: '{hours}' }),
    'phone-button': texts.say('zalo-sandbox.phone-button', { phone: '{phone}' }),
    'sms-button': texts.say('zalo-sandbox.sms-button', { phone: '{phone}' }),
    stars: texts.say('zalo-sandbox.stars', { count: '{count}' }),
    rated: texts.say('zalo-sandbox.rated', { count: '{count}' }),
    spent: texts.say('zalo-sandbox.spent', { count: '{count}', vnd: '{vnd}' }),
    'dossier-facts': texts.say('zalo-sandbox.dossier-facts', { code: '{code}', lastFour: '{lastFour}' }),
    vnd: texts.say('zalo-sandbox.vnd', { vnd: '{vnd}' }),
  }
  const plain = pageKeys.map((key) => [key.slice('zalo-sandbox.'.length), texts.say(key)] as const)
  return JSON.stringify({ ...Object.fromEntries(plain), ...open }).replaceAll('<', '\\u003c')
}
