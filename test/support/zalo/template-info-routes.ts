import { type Answer, refusal, success } from './answers.ts'
import type { RecordedRequest, Routes } from './serve.ts'
import { type Template, typeNumbers } from './templates.ts'
import type { World } from './world.ts'

const statusNumbers = { ENABLE: 1, PENDING_REVIEW: 2, REJECT: 3, DISABLE: 4 } as const

/** What can be asked about templates and about messages by telephone number. */
export function templateInfoRoutes(world: World): Routes {
  function status({ query }: RecordedRequest): Answer {
    const sent = world.sentTemplates.find(({ messageId }) => messageId === query.message_id)
    if (!sent) return refusal(-107, 'Message id is invalid')
    return success({
      delivery_time: sent.deliveredAt ? String(sent.deliveredAt.getTime()) : '',
      status: sent.deliveredAt ? 1 : 0,
      message: sent.deliveredAt ? 'The message has been delivered' : 'The message has been sent',
    })
  }

  function all({ query }: RecordedRequest): Answer {
    const [offset, limit] = [Number(query.offset), Number(query.limit)]
    const isPage =
      Number.isInteger(offset) && offset >= 0 && Number.isInteger(limit) && limit >= 1 && limit <= 100
    if (!isPage) return refusal(-132, 'Parameter is invalid')
    const found = [...world.templates.values()].filter(
      ({ status, isOurs }) => isOurs && (!query.status || statusNumbers[status] === Number(query.status)),
    )
    const data = found.slice(offset, offset + limit).map(summaryOf)
    return { body: { error: 0, message: 'Success', data, metadata: { total: found.length } } }
  }

  const withTemplate = (tell: (template: Template) => Answer) => (request: RecordedRequest) => {
    const template = world.templates.get(request.query.template_id ?? '')
    if (!template) return refusal(-109, 'Template id is invalid')
    return template.isOurs
      ? tell(template)
      : refusal(-117, 'App or OA has no permission to use this template')
  }

  const info = (template: Template): Answer =>
    success({
      ...summaryOf(template),
      timeout: 7_200_000,
      previewUrl: '',
      templateTag: String(template.tag),
      listParams: template.parameters.map(({ name, isRequired, type, maxLength }) => ({
        name,
        require: isRequired,
        type,
        maxLength,
        minLength: 0,
        acceptNull: !isRequired,
      })),
      listButtons: [],
      price_sdt: String(template.priceByPhoneVnd),
      price_uid: String(template.priceByUidVnd),
    })

  const sample = ({ parameters }: Template): Answer =>
    success(Object.fromEntries(parameters.map(({ name, type }) => [name, type === 'NUMBER' ? '1' : name])))

  return {
    'GET /message/status': status,
    'GET /quality': () =>
      success({ oaCurrentQuality: world.account.quality, oa7dayQuality: world.account.quality }),
    'GET /message/template-tag': () => success(['TRANSACTION', 'CUSTOMER_CARE']),
    'GET /template/all': all,
    'GET /template/info/v2': withTemplate(info),
    'GET /template/sample-data': withTemplate(sample),
  }
}

const summaryOf = ({ id, name, status, type }: Template) => ({
  templateId: id,
  templateName: name,
  createdTime: 1_767_225_600_000,
  status,
  templateType: typeNumbers[type],
  templateQuality: 'HIGH',
})
