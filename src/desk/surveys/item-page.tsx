import type { Judged } from '../../surveys/index/compute-index.ts'
import { levels, type Questionnaire } from '../../surveys/questionnaire.ts'
import { Icon, icons } from '../components/icon.tsx'
import { DataTable } from '../components/table.tsx'
import { wordInterval, wordPart, wordValue } from './figure-words.ts'
import type { SurveyDeskTexts } from './survey-desk-texts.ts'

/** One question: how often each answer was given. */
export function ItemPage(props: {
  texts: SurveyDeskTexts
  questionnaire: Questionnaire
  item: Questionnaire['items'][number]
  figure: Judged
  search: string
}) {
  const { texts, questionnaire, item, figure, search } = props
  const group = questionnaire.groups.find(({ id }) => id === item.group)
  const rows = [
    ...[...levels].reverse().map((level) => ({
      label: `${level} – ${questionnaire.scale.levels[level]}`,
      count: figure.levels[level - 1]!,
      share: wordPart(figure.levels[level - 1]!, figure.answers, texts),
    })),
    { label: questionnaire.scale.neverUsed, count: figure.neverUsed, share: '' },
    { label: texts.say('index.level.unanswered'), count: figure.unanswered, share: '' },
  ]
  return (
    <div class="figures">
      <a class="back" href={`/desk/index?${search}`}>
        <Icon path={icons.back} />
        <span safe>{texts.say('index.item.back')}</span>
      </a>
      <p class="lead" safe>
        {item.text}
      </p>
      <p class="hint" safe>
        {`${texts.say('index.item.group', { group: group?.name ?? item.group })} ${texts.say('index.item.source', { source: item.source })}`}
      </p>
      <section class="card" aria-labelledby="counts">
        <h2 id="counts" safe>
          {texts.say('index.item.counts')}
        </h2>
        <p>
          <strong id="item-figure" safe>
            {wordValue(figure, texts)}
          </strong>{' '}
          <span safe>{wordInterval(figure, texts)}</span>
        </p>
        <DataTable
          caption={texts.say('index.item.counts')}
          hasHiddenCaption
          rows={rows}
          empty={{ title: texts.say('index.none') }}
          columns={[
            { heading: texts.say('index.column.level'), text: ({ label }) => label, isRowHeading: true },
            { heading: texts.say('index.column.count'), text: ({ count }) => String(count), isNumber: true },
            { heading: texts.say('index.column.share'), text: ({ share }) => share, isNumber: true },
          ]}
        />
      </section>
    </div>
  )
}
